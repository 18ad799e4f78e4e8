-- CreateEnum
CREATE TYPE "distribution_status" AS ENUM ('SUCCESS', 'FAILED', 'PENDING');

-- CreateEnum
CREATE TYPE "profile_dimension" AS ENUM ('AGE', 'GENDER', 'REGION');

-- CreateTable
CREATE TABLE "events" (
    "event_id" UUID NOT NULL,
    "store_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "industry" TEXT NOT NULL,
    "target_goal" BIGINT NOT NULL,
    "start_at" TIMESTAMPTZ(3) NOT NULL,
    "end_at" TIMESTAMPTZ(3) NOT NULL,
    "prize_cost" BIGINT NOT NULL,
    "other_costs" BIGINT NOT NULL,
    "new_customer_ltv" BIGINT NOT NULL,
    "defined_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "events_pkey" PRIMARY KEY ("event_id")
);

-- CreateTable
CREATE TABLE "event_counts" (
    "event_id" UUID NOT NULL,
    "participants" BIGINT NOT NULL DEFAULT 0,
    "new_customers" BIGINT NOT NULL DEFAULT 0,
    "version" BIGINT NOT NULL DEFAULT 0,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "event_counts_pkey" PRIMARY KEY ("event_id")
);

-- CreateTable
CREATE TABLE "event_channels" (
    "event_id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "participants" BIGINT NOT NULL DEFAULT 0,
    "status" "distribution_status",
    "cost" BIGINT,
    "expected_views" BIGINT,
    "distributed_at" TIMESTAMPTZ(3),
    "first_at" TIMESTAMPTZ(3),
    "first_position" INTEGER,
    "views" BIGINT,
    "measured_at" TIMESTAMPTZ(3),

    CONSTRAINT "event_channels_pkey" PRIMARY KEY ("event_id","channel")
);

-- CreateTable
CREATE TABLE "event_hours" (
    "event_id" UUID NOT NULL,
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "participants" BIGINT NOT NULL,

    CONSTRAINT "event_hours_pkey" PRIMARY KEY ("event_id","hour")
);

-- CreateTable
CREATE TABLE "event_profiles" (
    "event_id" UUID NOT NULL,
    "dimension" "profile_dimension" NOT NULL,
    "bucket" TEXT NOT NULL,
    "participants" BIGINT NOT NULL,

    CONSTRAINT "event_profiles_pkey" PRIMARY KEY ("event_id","dimension","bucket")
);

-- CreateTable
CREATE TABLE "daily_views" (
    "event_id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "views" BIGINT NOT NULL,
    "measured_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "daily_views_pkey" PRIMARY KEY ("event_id","channel","day")
);

-- CreateTable
CREATE TABLE "daily_sales" (
    "store_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "amount" BIGINT NOT NULL,
    "records" BIGINT NOT NULL,

    CONSTRAINT "daily_sales_pkey" PRIMARY KEY ("store_id","day")
);

-- CreateTable
CREATE TABLE "store_sales" (
    "store_id" UUID NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "store_sales_pkey" PRIMARY KEY ("store_id")
);

-- CreateTable
CREATE TABLE "participants" (
    "event_id" UUID NOT NULL,
    "participant_id" UUID NOT NULL,
    "registered_at" TIMESTAMPTZ(3) NOT NULL,
    "channel" TEXT NOT NULL,
    "age" SMALLINT,
    "gender" TEXT,
    "region" TEXT,
    "new_customer" BOOLEAN NOT NULL,

    CONSTRAINT "participants_pkey" PRIMARY KEY ("event_id","participant_id")
);

-- CreateTable
CREATE TABLE "sales" (
    "message_id" UUID NOT NULL,
    "store_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "amount" BIGINT NOT NULL,

    CONSTRAINT "sales_pkey" PRIMARY KEY ("message_id")
);

-- CreateTable
CREATE TABLE "industry_stores" (
    "industry" TEXT NOT NULL,
    "store_id" UUID NOT NULL,
    "events" INTEGER NOT NULL,
    "participation_tenths" DECIMAL(30,0) NOT NULL,
    "roi_tenths" DECIMAL(30,0) NOT NULL,
    "conversion_tenths" DECIMAL(30,0) NOT NULL,

    CONSTRAINT "industry_stores_pkey" PRIMARY KEY ("industry","store_id")
);

-- CreateTable
CREATE TABLE "industry_totals" (
    "industry" TEXT NOT NULL,
    "stores" INTEGER NOT NULL,
    "events" INTEGER NOT NULL,
    "participation_tenths" DECIMAL(30,0) NOT NULL,
    "roi_tenths" DECIMAL(30,0) NOT NULL,
    "conversion_tenths" DECIMAL(30,0) NOT NULL,

    CONSTRAINT "industry_totals_pkey" PRIMARY KEY ("industry")
);

-- CreateTable
CREATE TABLE "industry_refreshes" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "refreshed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "industry_refreshes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "partition_offsets" (
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "next_offset" BIGINT NOT NULL,

    CONSTRAINT "partition_offsets_pkey" PRIMARY KEY ("topic","partition")
);

-- CreateIndex
CREATE INDEX "events_store_id_start_at_event_id_idx" ON "events"("store_id", "start_at" DESC, "event_id" DESC);

-- CreateIndex
CREATE INDEX "events_industry_start_at_idx" ON "events"("industry", "start_at");
