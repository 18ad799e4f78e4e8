-- CreateTable
CREATE TABLE "store_events" (
    "store_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "start_at" TIMESTAMPTZ(3) NOT NULL,
    "settled" BOOLEAN NOT NULL DEFAULT false,
    "participants" BIGINT NOT NULL DEFAULT 0,
    "roi_tenths" BIGINT NOT NULL DEFAULT 0,
    "growth_tenths" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "store_events_pkey" PRIMARY KEY ("store_id","event_id")
);

-- CreateIndex
CREATE INDEX "store_events_best_idx" ON "store_events"("store_id", "settled", "start_at", "participants", "roi_tenths", "growth_tenths");

-- CreateIndex
CREATE INDEX "store_events_settled_start_at_idx" ON "store_events"("settled", "start_at");

-- What is known so far is settled by a worker; until then each read computes it.
INSERT INTO "store_events" ("store_id", "event_id", "start_at") SELECT "store_id", "event_id", "start_at" FROM "events";
