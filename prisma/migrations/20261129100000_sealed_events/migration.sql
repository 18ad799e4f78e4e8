-- One statement, since Citus hands on to its nodes the whole message that a change of a distributed table came in.
-- AlterTable
ALTER TABLE "event_counts" ADD COLUMN     "emptied_at" TIMESTAMPTZ(3),
ADD COLUMN     "month" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "seal_noticed" TEXT,
ADD COLUMN     "seal_noticed_at" TIMESTAMPTZ(3),
ADD COLUMN     "seal_refused_at" TIMESTAMPTZ(3),
ADD COLUMN     "sealed_at" TIMESTAMPTZ(3),
ADD COLUMN     "sealed_sums" TEXT;
