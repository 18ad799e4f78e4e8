/** What a rival is given by the benchmark: nothing has a default, so that none is measured on the wrong database. */
exports.given = (name) => {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: a rival is started by the benchmark, which names it.`);
};
