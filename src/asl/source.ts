/** Text to source tree, whatever the language. */
import { parseJsonSource, type ParsedSource } from './jsonSource';
import { parseYamlSource } from './yamlSource';

export type SourceLanguage = 'json' | 'yaml';

/** By the file's ending; `.asl` alone is JSON, as AWS's own tools have it. */
export const languageOf = (fileName: string): SourceLanguage => (/\.ya?ml$/i.test(fileName) ? 'yaml' : 'json');

/** JSON is always read with comments and trailing commas allowed. Never throws. */
export const parseSource = (text: string, language: SourceLanguage): ParsedSource =>
  language === 'yaml' ? parseYamlSource(text) : parseJsonSource(text);
