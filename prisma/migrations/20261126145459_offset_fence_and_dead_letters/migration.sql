-- AlterTable
ALTER TABLE "events" ADD COLUMN     "moved_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "partition_offsets" ADD COLUMN     "record_digest" TEXT,
ADD COLUMN     "record_offset" BIGINT,
ADD COLUMN     "record_timestamp" BIGINT;

-- CreateTable
CREATE TABLE "partition_progress" (
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "log_end" BIGINT NOT NULL,
    "lag" BIGINT NOT NULL,
    "stalled_since" TIMESTAMPTZ(3),
    "reason" TEXT,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "partition_progress_pkey" PRIMARY KEY ("topic","partition")
);

-- CreateTable
CREATE TABLE "dead_letters" (
    "id" BIGSERIAL NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "digest" TEXT NOT NULL,
    "record_timestamp" BIGINT,
    "key" BYTEA,
    "value" BYTEA,
    "headers" JSONB NOT NULL,
    "reason" TEXT NOT NULL,
    "rejected_at" TIMESTAMPTZ(3) NOT NULL,
    "send_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "failure" TEXT,
    "sent_at" TIMESTAMPTZ(3),
    "replayed_at" TIMESTAMPTZ(3),

    CONSTRAINT "dead_letters_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dead_letter_logs" (
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "read_to" BIGINT NOT NULL,

    CONSTRAINT "dead_letter_logs_pkey" PRIMARY KEY ("topic","partition")
);

-- CreateIndex
CREATE INDEX "dead_letters_topic_send_at_idx" ON "dead_letters"("topic", "send_at");

-- CreateIndex
CREATE UNIQUE INDEX "dead_letters_topic_partition_offset_digest_key" ON "dead_letters"("topic", "partition", "offset", "digest");

-- CreateIndex
CREATE INDEX "events_moved_at_idx" ON "events"("moved_at");

-- Stamps that a worker's fast clock has put into the future: the truth is not known any more, now is the latest it can be.
UPDATE "event_counts" SET "changed_at" = now() WHERE "changed_at" > now();
UPDATE "store_sales" SET "changed_at" = now() WHERE "changed_at" > now();
DELETE FROM "industry_refreshes" WHERE "refreshed_at" > now();
