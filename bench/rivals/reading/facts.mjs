import { AGE_CODES, calendar, GENDER_CODES, salesWindows, saturate } from '../formulas.mjs';
import { query } from './database.mjs';
import * as sql from './statements.mjs';

/** Reads what the formulas take: for each key in its place, in one statement for all of them. */

const NO_SALES = { days: 0, before: 0, after: 0, recorded: false };

export async function eventsById(ids) {
  const rows = await query('events-by-id', sql.EVENTS_BY_ID, [ids]);
  const byId = new Map(rows.map((row) => [row.eventId, toEvent(row)]));
  return ids.map((id) => byId.get(id) ?? null);
}

export async function eventsOfStores(stores) {
  const rows = await query('events-of-stores', sql.EVENTS_OF_STORES, [stores]);
  return grouped(stores, rows, 'storeId').map((events) => events.map(toEvent));
}

function toEvent({ participants, newCustomers, ...event }) {
  return { ...event, counts: { participants, newCustomers } };
}

export async function channelsOf(ids) {
  const rows = await query('channels', sql.CHANNELS, [ids]);
  return grouped(ids, rows, 'eventId').map((channels) => channels.map(toChannel));
}

function toChannel(row) {
  const { channel, participants, measuredViews, measuredAt, failingSince } = row;
  const { status, cost, expectedViews, firstAt, firstPosition } = row;
  const distribution = status === null ? null : { status, cost, expectedViews, firstAt, firstPosition };
  return { channel, participants, measuredViews, measuredAt, failingSince, distribution };
}

export async function viewsAtClose(ids, now) {
  const rows = await query('views-at-close', sql.VIEWS_AT_CLOSE, [ids, calendar.startOfToday(now)]);
  return grouped(ids, rows, 'eventId');
}

export async function registeredToday(ids, now) {
  const rows = await query('registered-since', sql.REGISTERED_SINCE, [ids, calendar.startOfToday(now)]);
  const byId = new Map(rows.map(({ eventId, registered }) => [eventId, registered]));
  return ids.map((id) => byId.get(id) ?? 0);
}

export async function hoursOf(ids) {
  const rows = await query('hours', sql.HOURS, [ids]);
  const byId = new Map(rows.map(({ eventId, hours, counts }) => [eventId, toHours(hours, counts)]));
  return ids.map((id) => byId.get(id) ?? []);
}

function toHours(hours, counts) {
  return hours.map((hour, place) => ({ hour, registrations: counts[place] }));
}

export async function profilesOf(ids) {
  return grouped(ids, await query('profiles', sql.PROFILES, [ids]), 'eventId').map(toProfile);
}

function toProfile(rows) {
  const of = (dimension) => rows.filter((row) => row.dimension === dimension);
  const known = (dimension, codes) =>
    new Map(
      of(dimension)
        .filter(({ bucket }) => codes.includes(bucket))
        .map(({ bucket, count }) => [bucket, count]),
    );
  return {
    age: known('AGE', AGE_CODES),
    gender: known('GENDER', GENDER_CODES),
    topRegions: of('REGION').map(({ bucket, count }) => ({ region: bucket, count })),
  };
}

export async function salesAround(events, now) {
  const asked = events.flatMap((event, place) => {
    const windows = salesWindows(event, calendar, now);
    return windows === null ? [] : [{ place, event, windows }];
  });
  const rows = await query('sales', sql.SALES, [
    asked.map(({ place }) => place),
    asked.map(({ event }) => event.storeId),
    asked.map(({ windows }) => windows.before.from),
    asked.map(({ windows }) => windows.after.from),
    asked.map(({ windows }) => windows.after.to),
  ]);
  const sums = new Map(rows.map((row) => [row.place, row]));
  const days = new Map(asked.map(({ place, windows }) => [place, windows.days]));
  return events.map((_, place) => toSales(sums.get(place), days.get(place)));
}

function toSales(row, days) {
  if (row === undefined) return NO_SALES;
  const sum = (text) => saturate(BigInt(text));
  return { days, before: sum(row.before), after: sum(row.after), recorded: row.recorded };
}

export async function industriesFor(events, audience) {
  const rows = await query('industries', sql.INDUSTRIES, [
    events.map((_, place) => place),
    events.map(({ industry }) => industry),
    events.map(({ storeId }) => storeId),
    audience,
  ]);
  const byPlace = new Map(rows.map((row) => [row.place, row]));
  return events.map((_, place) => toIndustry(byPlace.get(place)));
}

function toIndustry(row) {
  const sums = (events, participation, roi, conversion) => ({
    events,
    participationTenths: BigInt(participation),
    roiTenths: BigInt(roi),
    conversionTenths: BigInt(conversion),
  });
  const { stores, knownStores, refreshedAt, ownEvents } = row;
  const total = sums(row.events, row.participation, row.roi, row.conversion);
  const own =
    ownEvents === null ? null : sums(ownEvents, row.ownParticipation, row.ownRoi, row.ownConversion);
  return { facts: { stores, knownStores, total, own }, refreshedAt };
}

function grouped(keys, rows, column) {
  const lists = new Map(keys.map((key) => [key, []]));
  for (const row of rows) lists.get(row[column])?.push(row);
  return keys.map((key) => lists.get(key));
}
