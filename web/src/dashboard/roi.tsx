import { useMemo, useRef } from 'preact/hooks';
import { RoiChangesDocument, type RoiFragment, RoiSectionDocument } from '../../generated/operations';
import { useLive } from '../api/use-live';
import { Chart, type ChartHandle } from '../charts/chart';
import { costTone, revenueTone } from '../charts/palette';
import { type Part, roiOption } from '../charts/roi-option';
import { savePng } from '../export/save';
import { formatWon } from '../format/numbers';
import { language, named, words } from '../language/language';
import { ExportButtons } from '../parts/export-buttons';
import { Bar, Percent, Won } from '../parts/figures';
import { type SectionAt, Section } from './section';

const ROI = { ask: RoiSectionDocument, watch: RoiChangesDocument };

type RoiData = RoiFragment['roiAnalysis'];

/** What the event costs, what it brings, and how far it is from paying. */
export function Roi({ eventId, title, moment }: SectionAt) {
  const { sections } = words.value;
  const live = useLive(ROI, { eventId }, moment);
  const chart = useRef<ChartHandle>(null);
  return (
    <Section
      name="roi"
      live={live}
      tools={
        <ExportButtons what={sections.roi} onPng={() => savePng(`${title} ${sections.roi}`, chart.current)} />
      }
    >
      {({ roiAnalysis }) => <RoiDetails roi={roiAnalysis} chart={chart} />}
    </Section>
  );
}

function RoiDetails({ roi, chart }: { roi: RoiData; chart: { current: ChartHandle | null } }) {
  const { roi: text } = words.value;
  const { totalCost, expectedRevenue, roiCalculation } = roi;
  const costs: readonly Part[] = [
    { name: text.prize, value: totalCost.prizeCost },
    ...totalCost.channelCosts.map(({ channel, cost }) => ({ name: channel, value: cost })),
    { name: text.other, value: totalCost.otherCosts },
  ];
  const revenues: readonly Part[] = [
    { name: text.sales, value: expectedRevenue.salesIncrease },
    { name: text.ltv, value: expectedRevenue.newCustomerLTV },
  ];
  const option = useMemo(() => roiOption(costs, revenues), [roi, language.value]);
  return (
    <>
      <p class="roi-head">
        <span class="big">
          <Percent value={roiCalculation.roi} />
        </span>
        <span class="hint">
          {text.formula}: {named(roiCalculation.formula)}
        </span>
      </p>
      <BreakEven point={roi.breakEvenPoint} />
      <Chart class="chart-roi" handle={chart} option={option} label={text.chart} />
      <div class="roi-parts">
        <Parts title={text.costs} parts={costs} total={totalCost.total} toneOf={costTone} />
        <Parts title={text.revenues} parts={revenues} total={expectedRevenue.total} toneOf={revenueTone} />
      </div>
    </>
  );
}

function BreakEven({ point }: { point: RoiData['breakEvenPoint'] }) {
  const { roi: text } = words.value;
  const { required, achieved, status } = point;
  const { exact } = formatWon(Math.abs(achieved - required), language.value);
  const reached = required === 0 ? 100 : (achieved / required) * 100;
  return (
    <div class="progress break-even">
      <p>
        <span>{text.breakEven}</span>
        <span class="figure">{status === 'ACHIEVED' ? text.beyond(exact) : text.toGo(exact)}</span>
      </p>
      <Bar percent={reached} tone={status === 'ACHIEVED' ? 'good' : 'accent'} />
    </div>
  );
}

interface PartsProps {
  readonly title: string;
  readonly parts: readonly Part[];
  readonly total: number;
  readonly toneOf: (index: number) => string;
}

/** The chart's legend and its figures in one. */
function Parts({ title, parts, total, toneOf }: PartsProps) {
  const { roi: text } = words.value;
  return (
    <div>
      <h3>{title}</h3>
      <dl class="pairs">
        {parts.map(({ name, value }, index) => (
          // A channel may have the name of another part.
          <div key={index}>
            <dt>
              <span class={`swatch ${toneOf(index)}`} aria-hidden="true" />
              {name}
            </dt>
            <dd>
              <Won value={value} />
            </dd>
          </div>
        ))}
        <div class="sum">
          <dt>{text.total}</dt>
          <dd>
            <Won value={total} />
          </dd>
        </div>
      </dl>
    </div>
  );
}
