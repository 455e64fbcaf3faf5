/** Amazon States Language as text: parsed with ranges, checked in AWS's words, with placeholders allowed everywhere. */
export { blockers, type Blocker } from './blockers';
export { fixesFor, type TextFix } from './fixes';
export {
  invalidDefinitionText,
  locationOf,
  parseMachine,
  rangeOfPath,
  validateDefinition,
  type ParseOptions,
} from './machine';
export { findPlaceholders, hasPlaceholder, substitute, type Placeholder } from './placeholders';
export { parseResource, type TaskResource } from './resource';
export { languageOf, type SourceLanguage } from './source';
export { findMachines } from './machine';
export { errorsOf, worthShowing } from './worthShowing';
export type { TemplateMachine } from './templates';
