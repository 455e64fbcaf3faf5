/** The parts of dynalite that are used, which comes without types: its actions, their checks, its store in memory. */
declare module 'dynalite/db' {
  interface Store {
    tableDb: { awsRegion: string; awsAccountId: string };
  }
  export function create(options: { createTableMs?: number; deleteTableMs?: number; updateTableMs?: number }): Store;
}
declare module 'dynalite/validations' {
  export function checkTypes(data: unknown, types: unknown): object;
  export function checkValidations(data: object, types: unknown, custom: unknown, store: unknown): void;
}
declare module 'dynalite/actions/*.js' {
  const action: (store: unknown, data: object, callback: (error: unknown, answer: object) => void) => void;
  export default action;
}
declare module 'dynalite/validations/*.js' {
  export const types: unknown;
  export const custom: unknown;
}
