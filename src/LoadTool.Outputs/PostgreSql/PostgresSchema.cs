namespace LoadTool.Outputs.PostgreSql;

/// <summary>
/// The tables, and how they come to be: a migration per version, none ever changed. A later version only adds tables and columns, so that an older tool can go on writing:
/// rows come as JSON and fill the columns that bear their names.
/// </summary>
internal static class PostgresSchema
{
    /// <summary>Held while a version is installed, so that runs that begin at once do it once. The number means nothing but is ours.</summary>
    internal const long LockKey = 4_858_620_107_337;

    /// <summary>Tables of what was counted in each interval; columns are the names of <see cref="Figures.FigureWalk"/>.</summary>
    internal static IReadOnlyList<string> IntervalTables { get; } =
        ["intervals", "steps", "iterations", "connects", "outcomes", "close_codes", "checks", "tags", "thresholds", "counters", "gauges", "histograms", "broadcasts", "loops"];

    /// <summary>Tables of what came out in the end.</summary>
    internal static IReadOnlyList<string> TotalTables { get; } =
        ["total_steps", "total_iterations", "total_connects", "total_outcomes", "total_close_codes", "total_checks", "total_tags", "total_thresholds"];

    /// <summary>The versions, from 1 on.</summary>
    internal static IReadOnlyList<string> Migrations { get; } = [First(), Second];

    /// <summary>Makes what the table of versions needs.</summary>
    internal const string Foundation = """
        CREATE SCHEMA IF NOT EXISTS loadtool;
        CREATE TABLE IF NOT EXISTS loadtool.migrations (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
        """;

    /// <summary>Whether there is a table of versions; needs no right.</summary>
    internal const string IsFounded = "SELECT to_regclass('loadtool.migrations') IS NOT NULL";

    /// <summary>The version that is installed, or 0; needs no right but to read.</summary>
    internal const string Version = "SELECT coalesce(max(version), 0) FROM loadtool.migrations";

    /// <summary>Writes the run down, once; gives no row when another one has its testid.</summary>
    internal const string InsertRun = """
        INSERT INTO loadtool.runs SELECT * FROM jsonb_populate_record(NULL::loadtool.runs, $1)
        ON CONFLICT (testid) DO UPDATE SET testid = EXCLUDED.testid WHERE runs.started_at = EXCLUDED.started_at
        RETURNING testid
        """;

    /// <summary>
    /// Brings one piece into all tables, or into none. The piece is an object with an array of rows per table, and a <c>head</c> with the columns that all rows share. A piece
    /// that came before breaks a primary key.
    /// </summary>
    internal static string InsertPiece { get; } = $"""
        WITH piece AS MATERIALIZED (SELECT $1::jsonb AS j)
        {string.Concat(IntervalTables.Concat(TotalTables).Select(table => $"""
            , into_{table} AS (INSERT INTO loadtool.{table} SELECT r.* FROM piece,
                jsonb_populate_record(NULL::loadtool.{table}, j->'head') AS h, jsonb_populate_recordset(h, j->'{table}') AS r)

            """))}
        UPDATE loadtool.runs SET (length_seconds, ok, fail, messages_sent, messages_received, bytes_sent, bytes_received, tls_full, tls_resumed, connections,
            cpu_seconds, gc_pause_seconds, max_rss_bytes, thresholds_crossed, trusted, verdict, stopped, summary)
            = (e.length_seconds, e.ok, e.fail, e.messages_sent, e.messages_received, e.bytes_sent, e.bytes_received, e.tls_full, e.tls_resumed, e.connections,
            e.cpu_seconds, e.gc_pause_seconds, e.max_rss_bytes, e.thresholds_crossed, e.trusted, e.verdict, e.stopped, e.summary)
        FROM piece, jsonb_populate_record(NULL::loadtool.runs, (j->'total_runs'->0) || (j->'end')) AS e
        WHERE runs.testid = j->'head'->>'testid' AND j ? 'end'
        """;

    /// <summary>Tells which test a run was: a gate compares no runs of different scripts or loads.</summary>
    private const string Second = """
        ALTER TABLE loadtool.runs ADD COLUMN IF NOT EXISTS setup jsonb;
        COMMENT ON COLUMN loadtool.runs.setup IS 'How the run was made, as the first line of run.jsonl has it: script, arguments, load, options. Null for runs that an older version wrote.';
        """;

    private static string First() => $"""
        CREATE TABLE loadtool.runs (
            testid text PRIMARY KEY, name text NOT NULL, started_at timestamptz NOT NULL, planned_seconds double precision, target text NOT NULL, seed bigint NOT NULL,
            engine text NOT NULL, event_loops integer NOT NULL, tags jsonb NOT NULL, version text NOT NULL,
            length_seconds double precision, ok bigint, fail bigint, messages_sent bigint, messages_received bigint, bytes_sent bigint, bytes_received bigint,
            tls_full bigint, tls_resumed bigint, connections bigint, cpu_seconds double precision, gc_pause_seconds double precision, max_rss_bytes bigint,
            thresholds_crossed integer, trusted boolean, verdict text, stopped boolean, summary jsonb);
        CREATE INDEX ON loadtool.runs (started_at);
        COMMENT ON TABLE loadtool.runs IS 'One row per run. What follows version is null until the run has ended. Deleting a row deletes all that belongs to the run.';
        COMMENT ON COLUMN loadtool.runs.testid IS 'What tells the run from others, in all tables.';
        COMMENT ON COLUMN loadtool.runs.event_loops IS 'Threads that carried the load.';
        COMMENT ON COLUMN loadtool.runs.tags IS 'The run''s --tag values.';
        COMMENT ON COLUMN loadtool.runs.version IS 'The version of LoadTool.';
        COMMENT ON COLUMN loadtool.runs.ok IS 'Steps that succeeded; iterations of scenarios without steps.';
        COMMENT ON COLUMN loadtool.runs.fail IS 'Failures of steps, and outside of steps.';
        COMMENT ON COLUMN loadtool.runs.connections IS 'Connections still open when the load ended.';
        COMMENT ON COLUMN loadtool.runs.cpu_seconds IS 'Processor time of the generator while the load ran.';
        COMMENT ON COLUMN loadtool.runs.trusted IS 'Whether the generator was good enough for the figures to be believed.';
        COMMENT ON COLUMN loadtool.runs.verdict IS 'trusted, degraded or invalid.';
        COMMENT ON COLUMN loadtool.runs.stopped IS 'Whether it was stopped from outside.';
        COMMENT ON COLUMN loadtool.runs.summary IS 'All figures, as summary.json has them.';
        {Interval("intervals", "Everything that belongs to no scenario, one row per interval.",
            "", "length_seconds double precision, since_start_seconds double precision, users bigint, connections bigint, iterations_started bigint, messages_sent bigint, "
            + "messages_received bigint, bytes_sent bigint, bytes_received bigint, tls_full bigint, tls_resumed bigint, gc_pause_seconds double precision, PRIMARY KEY (testid, time)")}
        COMMENT ON COLUMN loadtool.intervals.length_seconds IS 'The interval''s length: counts divided by it are rates.';
        COMMENT ON COLUMN loadtool.intervals.since_start_seconds IS 'From the load''s start to the interval''s end.';
        COMMENT ON COLUMN loadtool.intervals.users IS 'Users running an iteration at the interval''s end.';
        COMMENT ON COLUMN loadtool.intervals.connections IS 'Connections open at the interval''s end.';
        {Both("steps", "Steps.", "scenario text NOT NULL, step text NOT NULL",
            $"{Counts}, late bigint, dropped bigint, unmatched bigint, {Points("latency_")}, {Points("latency_uncorrected_")}", "scenario, step")}
        {Both("iterations", "Whole iterations.", "scenario text NOT NULL", $"{Counts}, {Points("latency_")}, {Points("latency_uncorrected_")}", "scenario")}
        {Both("connects", "Phases of connecting: all (from the call to the open socket), dns, tcp, proxy, tls, tls_full, tls_resumed, upgrade, first_message (from the upgrade''s end). Connections that were made.",
            "phase text NOT NULL", $"count bigint, {Points("duration_")}", "phase")}
        {Both("outcomes", "What did not succeed, by kind: step, iteration, connect (sockets that could not), lost (connections that ended while nobody awaited them).",
            "kind text NOT NULL, scenario text, step text, status text NOT NULL, phase text, http_status integer, close_code integer", "count bigint", "")}
        {Both("close_codes", "Close frames by direction: received or sent.", "direction text NOT NULL, code integer NOT NULL", "count bigint", "direction, code")}
        {Both("checks", "How often checks held.", "scenario text NOT NULL, \"check\" text NOT NULL", "ok bigint, fail bigint", "scenario, \"check\"")}
        {Interval("tags", "Steps by the values of their tags.", TagLabels, $"{Counts}, {Points("latency_")}")}
        {Total("tags", "Steps by the values of their tags.", TagLabels, $"{Counts}, {Points("latency_")}, {Points("latency_uncorrected_")}", "")}
        {Both("thresholds", "Thresholds, held against the figures since the load began.", "scenario text NOT NULL, threshold text NOT NULL", "crossed boolean, value double precision", "")}
        {Interval("counters", "The script''s own counters.", "metric text NOT NULL, unit text", "count bigint")}
        {Interval("gauges", "The script''s own gauges: levels since the load began.", "metric text NOT NULL, unit text", "last double precision, min double precision, max double precision")}
        {Interval("histograms", "The script''s own histograms, in units of their own.", "metric text NOT NULL, unit text", $"count bigint, {Points("", "")}")}
        {Interval("broadcasts", "Broadcasts: deliveries, and the latency to the first receiver of each message, the one in the middle, and the last.", "broadcast text NOT NULL",
            $"sent bigint, expected bigint, reached bigint, late bigint, lost bigint, duplicates bigint, out_of_order bigint, {Points("first_")}, {Points("median_")}, {Points("last_")}")}
        {Interval("loops", "Event loops of the generator.", "loop integer NOT NULL",
            $"{Points("lag_")}, cpu_seconds double precision, cpu_wait_seconds double precision, allocated_bytes bigint")}
        DO $$
        DECLARE hyper text; relation text;
        BEGIN
            SELECT nspname INTO hyper FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace WHERE proname = 'create_hypertable' LIMIT 1;
            IF hyper IS NOT NULL THEN
                FOREACH relation IN ARRAY ARRAY[{string.Join(", ", IntervalTables.Select(table => $"'{table}'"))}] LOOP
                    EXECUTE format('SELECT %I.create_hypertable(%L::regclass, %L::name)', hyper, 'loadtool.' || relation, 'time');
                END LOOP;
            END IF;
        END $$;
        """;

    private const string TagLabels = "scenario text NOT NULL, step text NOT NULL, tag text NOT NULL, value text";

    private const string Counts = "ok bigint, fail bigint, interrupted bigint";

    private static string Points(string before, string after = "_seconds") =>
        string.Join(", ", new[] { "mean", "min", "p50", "p75", "p95", "p99", "p999", "max" }.Select(name => $"{before}{name}{after} double precision"));

    private static string Interval(string table, string about, string labels, string numbers) => $"""
        CREATE TABLE loadtool.{table} (testid text NOT NULL REFERENCES loadtool.runs ON DELETE CASCADE, time timestamptz NOT NULL, {Join(labels, numbers)});
        CREATE INDEX ON loadtool.{table} (testid, time);
        COMMENT ON TABLE loadtool.{table} IS '{about} What was counted in the interval that began at time; nothing counted, no row.{Words(numbers)}';

        """;

    private static string Both(string table, string about, string labels, string numbers, string key) => Interval(table, about, labels, numbers) + Total(table, about, labels, numbers, key);

    private static string Total(string table, string about, string labels, string numbers, string key) => $"""
        CREATE TABLE loadtool.total_{table} (testid text NOT NULL REFERENCES loadtool.runs ON DELETE CASCADE, {labels}, {numbers}{(key.Length > 0 ? $", PRIMARY KEY (testid, {key})" : "")});
        {(key.Length > 0 ? "" : $"CREATE INDEX ON loadtool.total_{table} (testid);")}
        COMMENT ON TABLE loadtool.total_{table} IS '{about} Of whole runs.{Words(numbers)}';

        """;

    private static string Join(string labels, string numbers) => labels.Length > 0 ? $"{labels}, {numbers}" : numbers;

    private static string Words(string numbers) => !numbers.Contains("latency_") ? "" :
        " Latencies are those of successes: latency_ from the intended moment, latency_uncorrected_ from the actual start. Percentiles of intervals must not be averaged: those of a run are in the table of totals.";
}
