-- CreateTable
CREATE TABLE "log_gaps" (
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "first_offset" BIGINT NOT NULL,
    "last_offset" BIGINT NOT NULL,
    "written_after" TIMESTAMPTZ(3),
    "written_before" TIMESTAMPTZ(3) NOT NULL,
    "noticed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "log_gaps_pkey" PRIMARY KEY ("topic","partition","first_offset")
);
