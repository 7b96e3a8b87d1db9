import { beforeAll, describe, expect, it } from 'vitest';
import { assertNoTensorLeak } from '../engine/memory.js';
import { useNativeEngine } from '../engine/native.js';
import { tf } from '../engine/tf.js';
import type { Batch } from './batch.js';
import { DataLoader, type DataLoaderOptions } from './data-loader.js';
import type { Sample } from './sample.js';

const SIDE = 2;

const sampleOf = (item: number): Sample => ({
  item,
  hash: String(item),
  source: `/photos/${item}.jpg`,
  classIndex: item % 3,
});

/** A loader of pictures that are filled with their item's number plus the epoch's. */
function loaderOf(count: number, options: Partial<DataLoaderOptions> = {}): DataLoader {
  return new DataLoader({
    samples: Array.from({ length: count }, (_, index) => sampleOf(index)),
    readPixels: ({ item }, epoch) =>
      Promise.resolve(new Uint8Array(SIDE * SIDE * 3).fill(item + epoch)),
    side: SIDE,
    transform: (pixels) => tf.cast(pixels, 'float32'),
    batchSize: 4,
    ...options,
  });
}

async function itemsOf(loader: DataLoader, epoch = 0): Promise<number[][]> {
  const items: number[][] = [];
  for await (const batch of loader.batches(epoch)) {
    items.push([...batch.items]);
    disposeOf(batch);
  }
  return items;
}

function disposeOf({ inputs, targets }: Batch): void {
  tf.dispose([inputs, targets]);
}

beforeAll(async () => {
  await useNativeEngine();
});

describe('a loader in order', () => {
  it('yields every item once, in order, the last batch smaller', async () => {
    const loader = loaderOf(10);
    expect(await itemsOf(loader)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    expect([loader.length, loader.itemCount]).toEqual([3, 10]);
  });

  it('puts pixels and class index of each item into its row', async () => {
    for await (const batch of loaderOf(6, { batchSize: 6 }).batches(100)) {
      expect(batch.inputs.shape).toEqual([6, SIDE, SIDE, 3]);
      const pixels = await batch.inputs.data();
      expect([...pixels].filter((_, index) => index % (SIDE * SIDE * 3) === 0)).toEqual([
        100, 101, 102, 103, 104, 105,
      ]);
      expect([...(await batch.targets.data())]).toEqual([0, 1, 2, 0, 1, 2]);
      expect(batch.targets.dtype).toBe('int32');
      disposeOf(batch);
    }
  });
});

describe('a loader that shuffles', () => {
  it('leaves out what does not fill a batch, and repeats no item', async () => {
    const loader = loaderOf(10, { shuffle: true });
    const items = (await itemsOf(loader)).flat();
    expect([loader.length, loader.itemCount]).toEqual([2, 8]);
    expect(new Set(items).size).toBe(8);
  });

  it('has another order every epoch, and the same for the same epoch', async () => {
    const first = await itemsOf(loaderOf(40, { shuffle: true }), 0);
    const loader = loaderOf(40, { shuffle: true });
    const second = await itemsOf(loader, 1);
    expect(second).not.toEqual(first);
    expect(await itemsOf(loader, 0)).toEqual(first);
    expect(first.flat()).not.toEqual(first.flat().toSorted((left, right) => left - right));
  });

  it('keeps one smaller batch of a split that does not fill any', async () => {
    const loader = loaderOf(3, { shuffle: true });
    expect([loader.length, loader.itemCount]).toEqual([1, 3]);
    expect((await itemsOf(loader)).flat().sort()).toEqual([0, 1, 2]);
  });

  it('gives its transform the epoch and the items', async () => {
    const places: unknown[] = [];
    const loader = loaderOf(4, {
      shuffle: true,
      transform: (pixels, place) => {
        places.push(place);
        return tf.cast(pixels, 'float32');
      },
    });
    const [items] = await itemsOf(loader, 7);
    expect(places).toEqual([{ epoch: 7, items }]);
  });
});

describe('reading', () => {
  it('leaves no tensor behind, also when the loop is left early', async () => {
    await assertNoTensorLeak(async () => {
      await itemsOf(loaderOf(10));
      for await (const batch of loaderOf(40).batches(0)) {
        disposeOf(batch);
        break;
      }
    });
  });

  it('stops when the loop is left early', async () => {
    const read: number[] = [];
    const loader = loaderOf(400, {
      readPixels: ({ item }) => {
        read.push(item);
        return Promise.resolve(new Uint8Array(SIDE * SIDE * 3));
      },
    });
    for await (const batch of loader.batches(0)) {
      disposeOf(batch);
      break;
    }
    expect(read.length).toBeLessThanOrEqual(4 * 3);
  });

  it('throws what a read throws, when its batch is due', async () => {
    const loader = loaderOf(12, {
      readPixels: ({ item, source }) =>
        item === 5
          ? Promise.reject(new Error(`unreadable ${source}`))
          : Promise.resolve(new Uint8Array(SIDE * SIDE * 3)),
    });
    const seen: number[] = [];
    const reading = async () => {
      for await (const batch of loader.batches(0)) {
        seen.push(...batch.items);
        disposeOf(batch);
      }
    };
    await assertNoTensorLeak(() => expect(reading()).rejects.toThrow('unreadable /photos/5.jpg'));
    expect(seen).toEqual([0, 1, 2, 3]);
  });
});

it.each([
  ['no samples', () => loaderOf(0), 'TOO_FEW_ITEMS'],
  ['a batch size of 0', () => loaderOf(3, { batchSize: 0 }), 'INVALID_OPTION'],
  ['a broken batch size', () => loaderOf(3, { batchSize: 1.5 }), 'INVALID_OPTION'],
])('refuses %s', (_what, make, code) => {
  expect(make).toThrow(expect.objectContaining({ code }));
});
