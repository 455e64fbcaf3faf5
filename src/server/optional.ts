/** Parts of other hands that may not be there yet; gone as soon as they are. */
/* eslint-disable @typescript-eslint/ban-ts-comment, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access */
import type { ObjectStore, TaskRunner } from '../engine/contract';
import type { JsonObject } from '../model/json';
import type { Problem, WorkflowType } from '../model/machine';
import type { Service } from './contract';

export interface Services {
  readonly services: Map<string, Service>;
  readonly tasks: TaskRunner;
  readonly objects: ObjectStore;
  stop(): Promise<void> | void;
}

export let validateDefinition: (definition: JsonObject, type: WorkflowType) => Problem[] = () => [];
export let createServices: (...args: unknown[]) => Services = () => ({
  services: new Map(),
  tasks: { run: (request) => ({ ok: false, error: 'States.TaskFailed', cause: `No service runs ${request.resourceArn} yet.` }) },
  objects: { get: () => undefined, put: () => undefined, list: () => undefined },
  stop: () => undefined,
});

export async function loadOptional(): Promise<void> {
  try {
    // @ts-ignore may not exist yet
    validateDefinition = (await import('../asl/index')).validateDefinition ?? validateDefinition;
  } catch {
    /* not there yet */
  }
  try {
    // @ts-ignore may not exist yet
    createServices = (await import('./services/index')).createServices ?? createServices;
  } catch {
    /* not there yet */
  }
}
