export async function collectFiles(..._args: unknown[]): Promise<any> {
  return { facts: {}, sources: new Map(), files: [], problems: [] };
}
