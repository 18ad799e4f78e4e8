import type { ChartHandle } from '../charts/chart';
import { toCsv } from './csv';

export function saveCsv(name: string, rows: readonly (readonly (string | number)[])[]): void {
  save(`${name}.csv`, new Blob([toCsv(rows)], { type: 'text/csv;charset=utf-8' }));
}

/** @param chart null while it is not painted yet: then there is nothing to save */
export function savePng(name: string, chart: ChartHandle | null): void {
  chart?.toPng((image) => save(`${name}.png`, image));
}

function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replaceAll(/[\\/:*?"<>|]/g, ' ');
  link.click();
  // The browser has begun to read it by the end of this turn.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
