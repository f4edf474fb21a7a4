import { describe, expect, it } from 'vitest';
import { AID_VARIANTS, AID_WORLDS, aids } from './aids.ts';
import { convergence, SMALL_WORLDS, VARIANTS, WORLDS } from './convergence.ts';
import { explore } from './explore.ts';
import { GATE_VARIANTS, GATE_WORLDS, gate } from './gate.ts';

/** Large worlds are visited by hand (`node tests/model/run.ts`). */
describe('the protocol', () => {
  it.each(Object.entries(SMALL_WORLDS))('holds in every interleaving of a world with %s', (_, limits) => {
    const { states, wrong } = explore(convergence(limits));
    expect(wrong).toBeUndefined();
    expect(states).toBeGreaterThan(100);
  });

  it.each(Object.entries(VARIANTS))('falls when a worker %s', (_, { off, world }) => {
    expect(explore(convergence(WORLDS[world], off)).wrong?.path.length).toBeGreaterThan(5);
  });
});

describe('the protocol of a changing definition', () => {
  it.each(['two definitions', 'an overwrite', 'a crash'] as const)(
    'holds in every interleaving of a world with %s',
    (world) => {
      expect(explore(gate(GATE_WORLDS[world])).wrong).toBeUndefined();
    },
  );

  it.each(Object.entries(GATE_VARIANTS))('falls when it %s', (_, { off, world }) => {
    expect(explore(gate(GATE_WORLDS[world], off)).wrong?.path.length).toBeGreaterThan(5);
  });
});

describe('the protocol of sources that others are read by', () => {
  it.each(Object.entries(AID_WORLDS))('holds in every interleaving of a world with %s', (_, limits) => {
    const { states, wrong } = explore(aids(limits));
    expect(wrong).toBeUndefined();
    expect(states).toBeGreaterThan(100);
  });

  it.each(Object.entries(AID_VARIANTS))('falls when it %s', (_, { off, world }) => {
    expect(explore(aids(AID_WORLDS[world], off)).wrong?.path.length).toBeGreaterThan(5);
  });
});
