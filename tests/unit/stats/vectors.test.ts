import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { random } from '../../../lib/stats/index.ts';
import { roomFor, VectorRoom } from '../../../lib/stats/numeric/vectors.ts';
import { assembled, SOURCES } from '../../../tools/vectors/assemble.ts';

/** Columns of normal numbers in a room, with their list. */
function given(n: number, count: number, extra = 8) {
  const { normal } = random(n + count);
  const room = new VectorRoom((count + extra) * roomFor(n) + 8 * roomFor(count));
  const list = room.takeList(count);
  const columns = Array.from({ length: count }, (_, q) => {
    const column = room.take(n);
    for (let i = 0; i < n; i++) column[i] = normal();
    list[q] = room.at(column);
    return column;
  });
  const vector = room.take(n);
  for (let i = 0; i < n; i++) vector[i] = normal();
  return { room, list, columns, vector };
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe('a room of vectors', () => {
  it('runs what its source says', async () => {
    const code = readFileSync(new URL('../../../lib/stats/numeric/vectors-code.ts', import.meta.url), 'utf8');
    expect(code).toBe(await assembled(SOURCES[0]));
  });

  it.each([1, 2, 3, 4, 5, 8, 9])('multiplies and adds %d columns of any length', (count) => {
    for (const n of [1, 2, 7, 64]) {
      const { room, list, columns, vector } = given(n, count, 24);
      const out = room.take(count);
      room.products(list, count, vector, out);
      columns.forEach((column, q) => {
        expect(out[q]).toBeCloseTo(dot(column, vector), 11);
      });
      const sum = room.take(n);
      const factors = room.take(count);
      factors.forEach((_, q) => {
        factors[q] = q - 1.5;
      });
      room.add(list, count, factors, sum);
      for (let i = 0; i < n; i++) {
        expect(sum[i]).toBeCloseTo(
          columns.reduce((total, column, q) => total + factors[q]! * column[i]!, 0),
          11,
        );
      }
      const weighted = columns.map(() => room.take(n));
      room.weigh(list, count, vector, weighted[0]!, n);
      expect(weighted).toEqual(columns.map((column) => column.map((value, i) => value * vector[i]!)));
    }
  });

  it.each([1, 2, 5])('multiplies four columns with %d others', (count) => {
    const n = 13;
    const { room, list, columns } = given(n, count, 24);
    const four = Array.from({ length: 4 }, () => room.take(n));
    four.forEach((column, c) => {
      for (let i = 0; i < n; i++) column[i] = Math.sin(i + 5 * c);
    });
    const row = 8;
    const out = room.take(4 * row);
    room.tiles(four[0]!, n, list, count, out, row);
    four.forEach((own, c) => {
      columns.forEach((column, q) => {
        expect(out[c * row + q]).toBeCloseTo(dot(own, column), 11);
      });
    });
  });

  it.each([0.1, 1, 30, 690, 720])('takes the exponential of numbers up to %d as Math.exp does', (most) => {
    const { room, vector } = given(1001, 1);
    const { uniform } = random(7);
    const values = room.take(1001);
    for (let i = 0; i < values.length; i++) values[i] = most * (2 * uniform() - 1);
    const before = values.slice();
    room.exponential(values, vector);
    values.forEach((value, i) => {
      const exact = vector[i]! * Math.exp(before[i]!);
      if (Number.isFinite(exact)) expect(Math.abs(value - exact)).toBeLessThanOrEqual(5e-16 * Math.abs(exact));
      else expect(value).toBe(exact);
    });
  });

  it.each([1, 2, 3, 4, 7, 30])('solves by the triangle of %d rows and its transpose', (size) => {
    const { normal } = random(size);
    const room = new VectorRoom(roomFor(size * 32) + roomFor(size));
    const lower = room.take(size * 32);
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) lower[i * 32 + j] = i === j ? 3 : normal() / size;
    const right = room.take(size);
    const x = Float64Array.from({ length: size }, normal);
    const times = (i: number, j: number) => lower[Math.max(i, j) * 32 + Math.min(i, j)]!;
    x.forEach((_, i) => {
      right[i] = x.reduce((sum, value, j) => sum + (j <= i ? times(i, j) * value : 0), 0);
    });
    room.forward(lower, 32, size, right);
    x.forEach((value, i) => {
      expect(right[i]).toBeCloseTo(value, 11);
    });
    x.forEach((_, i) => {
      right[i] = x.reduce((sum, value, j) => sum + (j >= i ? times(i, j) * value : 0), 0);
    });
    room.backward(lower, 32, size, right);
    x.forEach((value, i) => {
      expect(right[i]).toBeCloseTo(value, 11);
    });
  });

  it('has an end', () => {
    const room = new VectorRoom(roomFor(3));
    expect(() => Array.from({ length: 9000 }, () => room.take(8))).toThrow(RangeError);
  });
});
