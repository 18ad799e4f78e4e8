-- CreateTable
CREATE TABLE "retention" (
    "id" INTEGER NOT NULL,
    "days" INTEGER NOT NULL,
    "watched_since" TIMESTAMPTZ(3) NOT NULL,
    "watched_at" TIMESTAMPTZ(3) NOT NULL,
    "letters_left_before" TIMESTAMPTZ(3),
    "claimed_by" TEXT,
    "claimed_until" TIMESTAMPTZ(3),

    CONSTRAINT "retention_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "registration_months" (
    "month" INTEGER NOT NULL,
    "begins_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "registration_months_pkey" PRIMARY KEY ("month")
);
