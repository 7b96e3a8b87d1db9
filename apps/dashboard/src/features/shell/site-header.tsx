import Link from 'next/link';
import { ThemeToggle } from '../../ui/theme-toggle.js';
import { Mark } from './mark.js';
import { NavLink } from './nav-link.js';
import styles from './shell.module.css';

/** The same on every page: where one is, where one can go. */
export function SiteHeader() {
  return (
    <header className={styles['header']}>
      <div className={styles['bar']}>
        <Link href="/runs" className={styles['brand']} aria-label="Whetstone">
          <Mark />
          <span>Whetstone</span>
        </Link>
        <nav className={styles['nav']} aria-label="Main">
          <NavLink href="/runs">Runs</NavLink>
          <NavLink href="/datasets">Datasets</NavLink>
        </nav>
        <ThemeToggle />
      </div>
    </header>
  );
}
