import styles from './chart.module.css';

/** A line of a tooltip: what, and how much. */
export type TooltipLine = readonly [label: string, value: string];

/** A box beside the pointer. */
export class Tooltip {
  readonly #box: HTMLElement;
  readonly #frame: HTMLElement;

  constructor(frame: HTMLElement) {
    this.#frame = frame;
    this.#box = document.createElement('div');
    this.#box.className = styles['tooltip'] ?? '';
    this.#box.hidden = true;
    frame.append(this.#box);
  }

  show(left: number, title: string, lines: readonly TooltipLine[]): void {
    const heading = document.createElement('strong');
    heading.textContent = title;
    const parts = lines.flatMap(([label, value]) => {
      const name = document.createElement('span');
      name.textContent = label;
      const amount = document.createElement('b');
      amount.textContent = value;
      return [name, amount];
    });
    this.#box.replaceChildren(heading, ...parts);
    this.#box.hidden = false;
    const width = this.#box.offsetWidth;
    const room = this.#frame.clientWidth;
    const beside = left + 16 + width > room ? left - 16 - width : left + 16;
    this.#box.style.left = `${Math.max(0, Math.min(beside, room - width))}px`;
  }

  hide(): void {
    this.#box.hidden = true;
  }
}
