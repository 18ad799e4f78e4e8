import { words } from '../language/language';
import { Down } from './icons';

interface ExportButtonsProps {
  /** What is saved, for those who hear the buttons. */
  readonly what: string;
  readonly onCsv?: () => void;
  readonly onPng?: () => void;
}

export function ExportButtons({ what, onCsv, onPng }: ExportButtonsProps) {
  const { export: text } = words.value;
  return (
    <div class="exports">
      {onCsv && <ExportButton name={text.csv} short="CSV" what={what} onClick={onCsv} />}
      {onPng && <ExportButton name={text.png} short="PNG" what={what} onClick={onPng} />}
    </div>
  );
}

interface ExportButtonProps {
  readonly name: string;
  readonly short: string;
  readonly what: string;
  readonly onClick: () => void;
}

function ExportButton({ name, short, what, onClick }: ExportButtonProps) {
  return (
    <button
      type="button"
      class="plain with-icon"
      title={name}
      aria-label={`${short}: ${what}`}
      onClick={onClick}
    >
      <Down />
      {short}
    </button>
  );
}
