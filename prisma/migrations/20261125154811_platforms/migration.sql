-- CreateEnum
CREATE TYPE "platform_status" AS ENUM ('HEALTHY', 'FAILING');

-- CreateTable
CREATE TABLE "channel_polls" (
    "event_id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "asked_at" TIMESTAMPTZ(3),

    CONSTRAINT "channel_polls_pkey" PRIMARY KEY ("event_id","channel")
);

-- CreateTable
CREATE TABLE "platform_states" (
    "channel" TEXT NOT NULL,
    "status" "platform_status" NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT,
    "last_answer_at" TIMESTAMPTZ(3),
    "answered_to" UUID,

    CONSTRAINT "platform_states_pkey" PRIMARY KEY ("channel")
);

-- CreateIndex
CREATE INDEX "channel_polls_channel_due_at_idx" ON "channel_polls"("channel", "due_at");

-- What was distributed before is asked about as well, as the projections see to for what comes after.
INSERT INTO "channel_polls" ("event_id", "channel", "due_at")
SELECT c."event_id", c."channel", e."start_at"
FROM "event_channels" AS c JOIN "events" AS e USING ("event_id")
WHERE c."status" = 'SUCCESS';
