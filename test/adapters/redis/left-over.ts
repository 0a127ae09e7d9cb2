/** The resources that keep this process alive, read a turn later, because mocha's own timer starts after the test. */
export async function alive(): Promise<readonly string[]> {
  await new Promise((resolve) => setImmediate(resolve));
  return process.getActiveResourcesInfo();
}

/** The resources that keep this process alive now and did not before. Resources that ended since are ignored: they may be of another test. */
export async function leftOver(then: readonly string[]): Promise<string[]> {
  const known = [...then];
  return (await alive()).filter((resource) => {
    const index = known.indexOf(resource);
    if (index >= 0) known.splice(index, 1);
    return index < 0;
  });
}
