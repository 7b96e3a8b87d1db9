'use client';

import { Monitor, Moon, Sun } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { Button } from './button.js';
import { currentTheme, onThemeChange, setTheme, type Theme, themes } from './theme.js';

const icons = { system: Monitor, light: Sun, dark: Moon } as const;

/** Goes through the three themes: the system's, light, dark. */
export function ThemeToggle() {
  const theme = useSyncExternalStore<Theme>(onThemeChange, currentTheme, () => 'system');
  const next = themes[(themes.indexOf(theme) + 1) % themes.length]!;
  const Icon = icons[theme];
  return (
    <Button
      look="bare"
      small
      aria-label={`Theme: ${theme}. Change to ${next}`}
      title={`Theme: ${theme}`}
      onClick={() => {
        setTheme(next);
      }}
    >
      <Icon size={18} aria-hidden />
    </Button>
  );
}
