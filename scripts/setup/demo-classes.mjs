/** The twelve classes: how many pictures, and from which of Unicode's subgroups. */
export const demoClasses = {
  mammal: { count: 64, subgroups: ['animal-mammal'] },
  bird: { count: 19, subgroups: ['animal-bird'] },
  critter: {
    count: 38,
    subgroups: ['animal-bug', 'animal-marine', 'animal-reptile', 'animal-amphibian'],
  },
  plant: { count: 23, subgroups: ['plant-flower', 'plant-other'] },
  produce: { count: 36, subgroups: ['food-fruit', 'food-vegetable'] },
  food: { count: 63, subgroups: ['food-prepared', 'food-asian', 'food-sweet'] },
  drink: { count: 19, subgroups: ['drink'] },
  vehicle: { count: 55, subgroups: ['transport-ground', 'transport-water', 'transport-air'] },
  building: { count: 28, subgroups: ['place-building', 'place-religious'] },
  clothing: { count: 40, subgroups: ['clothing'] },
  face: {
    count: 94,
    subgroups: [
      'face-smiling',
      'face-affection',
      'face-tongue',
      'face-neutral-skeptical',
      'face-sleepy',
      'face-unwell',
      'face-concerned',
      'face-negative',
    ],
  },
  hand: {
    count: 43,
    subgroups: [
      'hand-fingers-open',
      'hand-fingers-partial',
      'hand-fingers-closed',
      'hand-single-finger',
      'hands',
      'hand-prop',
    ],
  },
};

/** Pictures that are not what their subgroup says: paw prints, traffic lights, gems … */
const EXCLUDED = new Set(
  `1f43e 1f43d 1fab6 1fabd 1f41a 1fab8 1f578-fe0f 1f9a0 1f4ae 1f3f5-fe0f 1fab9 1faba 1f344 1f9c2
   1f96b 1f9ca 1f6e2-fe0f 26fd 1f6de 1f6a8 1f6a5 1f6a6 1f6d1 1f6a7 1f68f 1f6e3-fe0f 1f6e4-fe0f 1f689
   2693 1f6df 1f4ba 1fa82 1f6f0-fe0f 1f9f1 1faa8 1fab5 1f3d7-fe0f 1f5fd 1faae 1f4ff 1f484 1f48e 1f48d
   1faad 1f6cd-fe0f`.split(/\s+/),
);

const SKIN_TONE = /1f3f[b-f]/;

/**
 * Chooses the pictures of each class.
 *
 * @param {readonly { codes: string, name: string, subgroup: string }[]} labels rows of emoji.json
 * @param {ReadonlySet<string>} available codes that have a picture
 * @returns {{ label: string, code: string, name: string }[]}
 */
export function chooseDemoImages(labels, available) {
  const bySubgroup = new Map(
    Object.entries(demoClasses).flatMap(([label, { subgroups }]) =>
      subgroups.map((subgroup) => [subgroup, label]),
    ),
  );
  return labels.flatMap(({ codes, name, subgroup }) => {
    const label = bySubgroup.get(subgroup);
    const code = codes.toLowerCase().replaceAll(' ', '-');
    const isWanted = label && !EXCLUDED.has(code) && !SKIN_TONE.test(code) && available.has(code);
    return isWanted ? [{ label, code, name }] : [];
  });
}
