import express, { type RequestHandler, type Router } from 'express';
import type { Clock } from '../runtime/clock';
import type { Logger } from '../observability/log';
import { errorHandler, notFound } from './http-errors';

/** What is asked for seldom, and goes through Express; a request is offered to each in this order. */
export type Routers = readonly (Router | RequestHandler)[];

/** The Express app of these routers. It answers 404 where none of them does, and every error in the contract's shape. */
export function createExpressApp(routers: Routers, clock: Clock, log: Logger): express.Express {
  const app = express().disable('x-powered-by').enable('case sensitive routing').enable('strict routing');
  for (const router of routers) app.use(router);
  return app.use(notFound).use(errorHandler(clock, log));
}
