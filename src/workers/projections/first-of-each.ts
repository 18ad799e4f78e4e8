/** @returns the positions of the messages that are the first with their key: within a batch, too, the first applied wins */
export function firstOfEach<Message>(
  messages: readonly Message[],
  keyOf: (message: Message) => string,
): number[] {
  const first = new Map<string, number>();
  messages.forEach((message, position) => {
    const key = keyOf(message);
    if (!first.has(key)) first.set(key, position);
  });
  return [...first.values()];
}
