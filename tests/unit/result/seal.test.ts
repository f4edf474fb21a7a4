import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ResultDocument, resultId, seal, unseal } from '../../../lib/result/index.ts';

const document: Omit<ResultDocument, 'content'> = {
  schema: 'signet-result/1',
  id: 'a'.repeat(64),
  engine: 'signet/0',
  analysis: 'survival',
  request: { analysis: 'survival', endpoint: 'os', times: [12, 60] },
  cohort: { name: 'c', title: 'Cohort' },
  frame: { digest: 'f', revision: 'r', patients: 3 },
  refused: [],
  findings: {
    title: 'Overall survival',
    method: ['Kaplan-Meier.'],
    citations: [],
    counts: { patients: 3, used: 3, events: 1, excluded: [] },
    assumptions: [],
    warnings: [],
    tables: [
      {
        id: 'survival',
        title: 'Survival',
        columns: [{ key: 'median', label: 'Median', format: 'number' }],
        rows: [{ median: 76.03333333333333 }],
        notes: [],
      },
    ],
    figures: [],
  },
};

describe('A sealed result', () => {
  const text = JSON.stringify(seal(document));

  it('is read back as it was', () => {
    expect(unseal(text)).toEqual(seal(document));
  });

  it('is refused wherever a byte of it was changed', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 33, max: 126 }), (at, code) => {
        const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        fc.pre(changed !== text && JSON.stringify(tryParse(changed)) !== text);
        expect(() => unseal(changed)).toThrow(expect.objectContaining({ code: 'altered-result' }));
      }),
      { numRuns: 500 },
    );
  });

  it('is refused where it is cut, and where something was added to it', () => {
    for (const changed of [text.slice(0, -1), '', '{}', JSON.stringify({ ...seal(document), more: 1 })])
      expect(() => unseal(changed)).toThrow(expect.objectContaining({ code: 'altered-result' }));
  });

  it('has the same digest whatever the order of its keys', () => {
    const turned = Object.fromEntries(Object.entries(document).reverse()) as typeof document;
    expect(seal(turned).content).toBe(seal(document).content);
  });
});

describe("A result's id", () => {
  it('hangs on frame, request and engine, and on nothing else', () => {
    const id = resultId('f', { a: 1, b: [2] }, 'e');
    expect(resultId('f', { b: [2], a: 1 }, 'e')).toBe(id);
    for (const other of [
      resultId('g', { a: 1, b: [2] }, 'e'),
      resultId('f', { a: 2, b: [2] }, 'e'),
      resultId('f', { a: 1, b: [2] }, 'd'),
    ])
      expect(other).not.toBe(id);
  });
});

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
