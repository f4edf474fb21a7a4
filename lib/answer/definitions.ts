/**
 * A definition that may be put: sound in itself, and each item of its plan a request that its analysis takes. Gives its digest.
 * Throws `invalid-definition` with every place.
 */
export async function checkedDefinition(text: string, file: string): Promise<string> {
  const [{ definitionDigest, parseDefinition, refuseDefinition }, { planItemFaults }] = await Promise.all([
    import('../cohort/index.ts'),
    import('../analyses/index.ts'),
  ]);
  const definition = parseDefinition(text, file);
  const faults = planItemFaults(definition);
  if (faults.length > 0) refuseDefinition(faults, text, file);
  return definitionDigest(definition);
}
