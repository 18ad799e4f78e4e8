/** PostGraphile 5 asks for Node 22, for nothing but this: with it, it answers on the Node that the service runs on. */
Promise.withResolvers ??= function withResolvers() {
  let settle;
  const promise = new this((resolve, reject) => (settle = { resolve, reject }));
  return { promise, ...settle };
};
