-- One statement, since Citus hands on to its nodes the whole message that a change of a distributed table came in.
-- AlterTable
ALTER TABLE "event_counts" ADD COLUMN     "sealed_at" TIMESTAMPTZ(3),
ADD COLUMN     "sealed_sums" TEXT,
ADD COLUMN     "emptied_at" TIMESTAMPTZ(3);
