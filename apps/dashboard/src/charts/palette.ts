const names = [
  'text',
  'quiet',
  'line',
  'line-strong',
  'panel',
  'sunken',
  'accent',
  'attention',
  'series-1',
  'series-2',
  'series-3',
] as const;

/** The page's colours as a canvas understands them. */
export type Palette = Readonly<Record<(typeof names)[number], string>>;

/** Reads the colours that hold inside an element now. */
export function readPalette(element: HTMLElement): Palette {
  const probe = document.createElement('span');
  element.append(probe);
  const colours = names.map((name) => {
    // The browser resolves `light-dark()` and references only in a property that is a colour.
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(colours) as Palette;
}

/** A colour, thinner. */
export function fade(colour: string, share: number): string {
  return `color-mix(in srgb, ${colour} ${share * 100}%, transparent)`;
}
