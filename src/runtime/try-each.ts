export interface Tried<Item> {
  readonly failed: readonly Item[];
  /** What they failed with; undefined when none did. */
  readonly error: AggregateError | undefined;
}

/** Does it for all of them at the same time. One that fails ends no other. */
export async function tryEach<Item>(
  items: readonly Item[],
  action: (item: Item) => Promise<void>,
): Promise<Tried<Item>> {
  const failed: Item[] = [];
  const errors: unknown[] = [];
  await Promise.all(
    items.map((item) =>
      action(item).catch((error: unknown) => {
        failed.push(item);
        errors.push(error);
      }),
    ),
  );
  const error = errors.length > 0 ? new AggregateError(errors, errors.map(String).join('; ')) : undefined;
  return { failed, error };
}
