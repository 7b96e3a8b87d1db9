'use client';

import { Pause, Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '../../ui/button.js';
import styles from './confusion.module.css';

const FRAME_MS = 900;

interface EpochSliderProps {
  readonly epochs: readonly number[];
  readonly epoch: number;
  /** Null follows the newest. */
  readonly onChoose: (epoch: number | null) => void;
}

/** Chooses an epoch, or plays through all of them. */
export function EpochSlider({ epochs, epoch, onChoose }: EpochSliderProps) {
  const [playing, setPlaying] = useState(false);
  const place = Math.max(0, epochs.indexOf(epoch));
  const last = epochs.length - 1;

  useEffect(() => {
    if (!playing) return undefined;
    const timer = setTimeout(() => {
      if (place >= last) {
        setPlaying(false);
        onChoose(null);
      } else {
        onChoose(epochs[place + 1] ?? null);
      }
    }, FRAME_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [playing, place, last, epochs, onChoose]);

  const play = () => {
    if (!playing && place === last) onChoose(epochs[0] ?? null);
    setPlaying(!playing);
  };
  return (
    <div className={styles['slider']}>
      <label>
        epoch
        <input
          type="range"
          min={0}
          max={last}
          value={place}
          disabled={last === 0}
          aria-label="Epoch of the matrix"
          aria-valuetext={`epoch ${epoch + 1}`}
          onChange={(event) => {
            const chosen = Number(event.target.value);
            onChoose(chosen === last ? null : (epochs[chosen] ?? null));
          }}
        />
        <span className="number">
          {epoch + 1} of {epochs.length}
        </span>
      </label>
      <Button
        small
        look="bare"
        disabled={last === 0}
        aria-label={playing ? 'Pause' : 'Play through the epochs'}
        onClick={play}
      >
        {playing ? <Pause size={16} aria-hidden /> : <Play size={16} aria-hidden />}
      </Button>
    </div>
  );
}
