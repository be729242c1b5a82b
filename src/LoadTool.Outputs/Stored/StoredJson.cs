using System.Text.Json;
using LoadTool.Sockets;

namespace LoadTool.Outputs.Stored;

/// <summary>Reads figures as files write them back into what they were written from, to the last digit.</summary>
internal static class StoredJson
{
    private const double NanosecondsPerSecond = 1e9;

    extension(JsonElement json)
    {
        internal string Text(string name) => json.GetProperty(name).GetString()!;

        internal string? TextOrNull(string name) => json.GetProperty(name).GetString();

        internal long Count(string name) => json.GetProperty(name).GetInt64();

        /// <summary>The property, or null where it is absent or null.</summary>
        internal JsonElement? Find(string name) =>
            json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

        internal IEnumerable<JsonElement> Each(string name) => json.Find(name) is { } list ? list.EnumerateArray() : [];

        internal TimeSpan Time(string name) => TimeOf(json.GetProperty(name));

        internal TimeSpan? TimeOrNull(string name) => json.Find(name) is { } value ? TimeOf(value) : null;

        internal DateTimeOffset Moment(string name) => Files.Timestamp.Parse(json.Text(name));

        internal Dictionary<string, string> Texts(string name) => json.GetProperty(name).EnumerateObject().ToDictionary(text => text.Name, text => text.Value.GetString()!);

        internal Dictionary<int, long> Codes(string name) => json.GetProperty(name).EnumerateObject().ToDictionary(code => int.Parse(code.Name, null), code => code.Value.GetInt64());

        internal Dictionary<Outcome, long> Failures(string name) => json.Each(name).ToDictionary(OutcomeOf, failure => failure.Count("count"));

        /// <summary>What was counted of <c>{ "count": n }</c>.</summary>
        internal long Counted(string name) => json.GetProperty(name).Count("count");

        internal PacingFigures Pacing() => json.Find("schedule") is { } schedule
            ? new(schedule.Count("late"), schedule.Count("dropped"), schedule.Count("unmatched"))
            : default;

        internal Traffic Traffic()
        {
            JsonElement messages = json.GetProperty("messages"), bytes = json.GetProperty("bytes");
            JsonElement tls = json.GetProperty("tls_handshakes"), compression = json.GetProperty("compression");
            JsonElement plain = compression.GetProperty("plain_bytes"), compressed = compression.GetProperty("compressed_bytes");
            return new Traffic(messages.Count("sent"), messages.Count("received"), bytes.Count("sent"), bytes.Count("received"))
            {
                TlsFull = tls.Count("full"),
                TlsResumed = tls.Count("resumed"),
                Compression = new(
                    plain.Count("sent"), compressed.Count("sent"), plain.Count("received"), compressed.Count("received"), compression.Time("deflate_seconds"), compression.Time("inflate_seconds")),
            };
        }

        internal ThresholdResult Threshold()
        {
            ThresholdUnit unit = json.Text("unit") switch
            {
                "seconds" => ThresholdUnit.Nanoseconds,
                "per_second" => ThresholdUnit.PerSecond,
                "share" => ThresholdUnit.Share,
                "value" => ThresholdUnit.Value,
                "condition" => ThresholdUnit.Condition,
                _ => ThresholdUnit.Count,
            };
            double? value = json.Find("value")?.GetDouble();
            return new ThresholdResult(
                json.Text("scenario"), json.Text("condition"), unit, unit == ThresholdUnit.Nanoseconds && value is { } seconds ? Nanoseconds(seconds) : value, json.GetProperty("crossed").GetBoolean())
            {
                AbortedAt = json.TimeOrNull("aborted_at_seconds"),
                ErrorCount = json.Find("crossed_count")?.GetInt64() ?? 0,
            };
        }
    }

    internal static Outcome OutcomeOf(JsonElement failure) => new(failure.Text("status"), failure.Text("detail"))
    {
        Phase = failure.TextOrNull("phase") is { } phase ? Enum.Parse<ConnectionPhase>(phase, ignoreCase: true) : ConnectionPhase.None,
        HttpStatus = failure.Find("http_status")?.GetInt32(),
        CloseCode = failure.Find("close_code")?.GetInt32(),
    };

    /// <summary>Rounded to a tick: what was written was one.</summary>
    private static TimeSpan TimeOf(JsonElement seconds) => new((long)Math.Round(seconds.GetDouble() * TimeSpan.TicksPerSecond));

    /// <summary>The nanoseconds that give these seconds when they are written again.</summary>
    private static double Nanoseconds(double seconds)
    {
        double product = seconds * NanosecondsPerSecond;
        foreach (double candidate in (double[])[Math.Round(product), product, Math.BitIncrement(product), Math.BitDecrement(product)])
        {
            if (candidate / NanosecondsPerSecond == seconds)
                return candidate;
        }

        return product;
    }
}
