import { percentTenths, shown, sum, won } from './arithmetic';
import type { KnownChannel } from './channels';
import type { KnownEvent, KnownParticipant, KnownSale } from './known';
import { dayNumber } from './moments';

/** A store's sales ahead of an event and since; null when there is nothing to compare. */
export interface SalesAround {
  readonly days: number;
  readonly before: bigint;
  readonly after: bigint;
}

export function salesAround(event: KnownEvent, sales: readonly KnownSale[], now: number): SalesAround | null {
  const startDay = dayNumber(event.startAt);
  const days = Math.min(7, dayNumber(now) - startDay + 1);
  const before = sales.filter(({ day }) => day >= startDay - days && day < startDay);
  const after = sales.filter(({ day }) => day >= startDay && day < startDay + days);
  if (days < 1 || before.length + after.length === 0) return null;
  return {
    days,
    before: won(sum(before.map(({ amount }) => amount))),
    after: won(sum(after.map(({ amount }) => amount))),
  };
}

/** In tenths. */
export function growthTenths(sales: SalesAround | null): bigint {
  return sales === null ? 0n : percentTenths(sales.after - sales.before, sales.before);
}

export function growthCard(sales: SalesAround | null) {
  const rate = shown(growthTenths(sales));
  if (sales === null) return { rate };
  return {
    rate,
    beforeEventSales: Number(sales.before),
    afterEventSales: Number(sales.after),
    periodComparison: `이벤트 전후 ${sales.days}일 비교`,
  };
}

export interface Balance {
  readonly cost: bigint;
  readonly salesIncrease: bigint;
  readonly newCustomerLtv: bigint;
  readonly revenue: bigint;
  readonly roiTenths: bigint;
  readonly isEven: boolean;
}

export function balanceOf(
  event: KnownEvent,
  channels: readonly KnownChannel[],
  participants: readonly KnownParticipant[],
  sales: SalesAround | null,
): Balance {
  const cost = won(event.prizeCost + sum(channels.map((channel) => channel.cost)) + event.otherCosts);
  const salesIncrease = sales === null ? 0n : won(sales.after - sales.before);
  const newCustomers = participants.filter(({ isNewCustomer }) => isNewCustomer).length;
  const newCustomerLtv = won(BigInt(newCustomers) * event.newCustomerLtv);
  const revenue = won(salesIncrease + newCustomerLtv);
  return {
    cost,
    salesIncrease,
    newCustomerLtv,
    revenue,
    roiTenths: percentTenths(revenue - cost, cost),
    isEven: revenue >= cost,
  };
}

export function roiCard(balance: Balance, industryTenths: bigint) {
  return {
    value: shown(balance.roiTenths),
    industryAverage: shown(industryTenths),
    comparisonRate: shown(percentTenths(balance.roiTenths, industryTenths)),
    totalCost: Number(balance.cost),
    totalRevenue: Number(balance.revenue),
    breakEvenStatus: balance.isEven ? 'ACHIEVED' : 'NOT_ACHIEVED',
  };
}

export function roiSection(event: KnownEvent, channels: readonly KnownChannel[], balance: Balance) {
  return {
    totalCost: {
      prizeCost: Number(event.prizeCost),
      channelCosts: channels.map(({ name, cost }) => ({ channel: name, cost: Number(cost) })),
      otherCosts: Number(event.otherCosts),
      total: Number(balance.cost),
    },
    expectedRevenue: {
      salesIncrease: Number(balance.salesIncrease),
      newCustomerLTV: Number(balance.newCustomerLtv),
      total: Number(balance.revenue),
    },
    roiCalculation: { formula: '(수익 - 비용) / 비용 × 100', roi: shown(balance.roiTenths) },
    breakEvenPoint: {
      required: Number(balance.cost),
      achieved: Number(balance.revenue),
      status: balance.isEven ? 'ACHIEVED' : 'NOT_ACHIEVED',
    },
  };
}
