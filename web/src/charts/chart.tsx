import type { EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef, useState } from 'preact/hooks';
import { words } from '../language/language';
import { colours, prefersReducedMotion } from '../parts/preferences';
import type { EChartsType } from './engine';
import { type Palette, readPalette } from './palette';
import { isOnPaper, onPrint } from './printing';

export type Option = (palette: Palette) => EChartsCoreOption;

export interface ChartHandle {
  /** Paints the chart as it is, twice as fine, on the card's colour. */
  toPng(take: (image: Blob) => void): void;
}

interface ChartProps {
  readonly class: string;
  /** How many rows it has, where its height depends on that. */
  readonly rows?: number;
  /** What it shows, in a sentence, for those who do not see it. */
  readonly label: string;
  readonly option: Option;
  readonly handle: { current: ChartHandle | null };
}

/** A chart, painted once its engine has come. Its place is kept until then. */
export function Chart({ class: name, rows, label, option, handle }: ChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType>();
  const [isMissing, setMissing] = useState(false);

  useEffect(() => {
    let isGone = false;
    let opened: EChartsType | undefined;
    let close: () => void = () => undefined;
    import('./engine').then(
      ({ init }) => {
        const { current } = frame;
        if (isGone || current === null) return;
        opened = init(current);
        handle.current = { toPng: (take) => paint(opened!, current, take) };
        close = follow(opened, current);
        setChart(opened);
      },
      // The line was lost, or the page is older than the service and its files are no longer there.
      () => !isGone && setMissing(true),
    );
    return () => {
      isGone = true;
      handle.current = null;
      close();
      opened?.dispose();
    };
  }, []);

  const scheme = colours();
  useEffect(() => {
    if (chart === undefined || frame.current === null) return;
    show(chart, frame.current, option);
    return onPrint(() => {
      chart.resize();
      if (frame.current) show(chart, frame.current, option);
    });
  }, [chart, option, scheme]);

  if (isMissing) return <p class={`chart chart-failure hint ${name}`}>{words.value.failure.chart}</p>;
  return <div class={`chart ${name}`} style={{ '--rows': rows }} role="img" aria-label={label} ref={frame} />;
}

function show(chart: EChartsType, frame: HTMLElement, option: Option): void {
  const palette = readPalette(frame);
  chart.setOption(
    {
      animation: !prefersReducedMotion() && !isOnPaper(),
      animationDuration: 500,
      animationDurationUpdate: 300,
      textStyle: { fontFamily: palette.font, color: palette.muted },
      ...option(palette),
    },
    // What a former option had more of must not stay.
    { notMerge: true },
  );
}

function follow(chart: EChartsType, frame: HTMLElement): () => void {
  const observer = new ResizeObserver(() => chart.resize());
  observer.observe(frame);
  return () => observer.disconnect();
}

function paint(chart: EChartsType, frame: HTMLElement, take: (image: Blob) => void): void {
  const canvas = chart.renderToCanvas({ pixelRatio: 2, backgroundColor: readPalette(frame).card });
  canvas.toBlob((image) => image && take(image), 'image/png');
}
