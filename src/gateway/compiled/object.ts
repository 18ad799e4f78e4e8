import type { ResponsePath } from 'graphql';
import type { ExecuteField } from './field';
import { isPromise } from './internals';
import type { Run } from './run';

export interface Step {
  readonly key: string;
  readonly execute: ExecuteField;
}

/** An object of the answer. */
export type Data = Record<string, unknown>;

/** ExecuteSelectionSet of section 6.3 of the specification. */
export function executeSteps(
  steps: readonly Step[],
  run: Run,
  source: unknown,
  path: ResponsePath | undefined,
): Data | Promise<Data> {
  const data: Data = {};
  let waiting: string[] | undefined;
  try {
    for (const { key, execute } of steps) {
      const value = execute(run, source, path);
      // In its place at once, so that the answer has its fields in the order of the document.
      data[key] = value;
      if (isPromise(value)) (waiting ??= []).push(key);
    }
  } catch (thrown) {
    if (waiting === undefined) throw thrown;
    // Running fields may fail too, and their rejections have to be caught.
    return settled(data, waiting).finally(() => {
      throw thrown;
    });
  }
  return waiting === undefined ? data : settled(data, waiting);
}

async function settled(data: Data, waiting: readonly string[]): Promise<Data> {
  const values = await Promise.all(waiting.map((key) => data[key]));
  for (const [index, key] of waiting.entries()) data[key] = values[index];
  return data;
}
