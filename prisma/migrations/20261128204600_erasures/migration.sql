-- AlterTable
ALTER TABLE "dead_letters" ADD COLUMN     "erased_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "erasures" (
    "person" UUID NOT NULL,
    "scope" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "key_digest" TEXT NOT NULL,

    CONSTRAINT "erasures_pkey" PRIMARY KEY ("person","scope")
);
