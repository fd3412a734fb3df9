import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ReadWriteLock } from '../../../lib/base/read-write-lock.ts';

describe('ReadWriteLock', () => {
  it('runs readers together and writers alone, in order', async () => {
    const lock = new ReadWriteLock();
    const said: string[] = [];
    const action = (name: string) => async () => {
      said.push(`${name} begins`);
      await turn();
      said.push(`${name} ends`);
      return name;
    };
    const results = await Promise.all([
      lock.read(action('r1')),
      lock.read(action('r2')),
      lock.write(action('w1')),
      lock.write(action('w2')),
      lock.read(action('r3')),
    ]);
    expect(results).toEqual(['r1', 'r2', 'w1', 'w2', 'r3']);
    expect(said).toEqual(
      ['r1 begins', 'r2 begins', 'r1 ends', 'r2 ends', 'w1 begins', 'w1 ends', 'w2 begins', 'w2 ends'].concat(
        'r3 begins',
        'r3 ends',
      ),
    );
  });

  it('goes on after failures', async () => {
    const lock = new ReadWriteLock();
    const fail = () => Promise.reject(new Error('failed'));
    const failures = await Promise.allSettled([lock.read(fail), lock.write(fail), lock.read(fail)]);
    expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await lock.write(() => 'written')).toBe('written');
    expect(await lock.read(() => 'read')).toBe('read');
  });
});
