const TOKENS = {
  text: '--text',
  muted: '--muted',
  line: '--line',
  surface: '--surface',
  accent: '--accent',
  danger: '--danger',
  series1: '--series-1',
  series2: '--series-2',
  series3: '--series-3',
} as const;

/** The page's colours as a canvas understands them. */
export type ChartTheme = Readonly<Record<keyof typeof TOKENS, string>> & { readonly font: string };

/** A canvas knows neither `var()` nor `light-dark()`: a probe element lets the browser resolve them. */
export function readChartTheme(element: HTMLElement): ChartTheme {
  const probe = document.createElement('span');
  element.append(probe);
  const resolve = (token: string): string => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const colours = Object.fromEntries(
    Object.entries(TOKENS).map(([name, token]) => [name, resolve(token)]),
  ) as Record<keyof typeof TOKENS, string>;
  probe.remove();
  return { ...colours, font: `12px ${getComputedStyle(element).fontFamily}` };
}

/** Calls back when the page changes between light and dark, by its switch or by the system's. */
export function watchTheme(changed: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const attribute = new MutationObserver(changed);
  attribute.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  system.addEventListener('change', changed);
  return () => {
    attribute.disconnect();
    system.removeEventListener('change', changed);
  };
}

/** The same colour, thinner: for ghosts and bands. */
export function faded(colour: string, alpha: number): string {
  return `color-mix(in srgb, ${colour} ${Math.round(alpha * 100)}%, transparent)`;
}
