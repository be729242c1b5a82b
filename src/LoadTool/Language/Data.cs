using System.Runtime.CompilerServices;
using System.Text.Json;

namespace LoadTool;

/// <summary>Data for feeds, from files, and bytes to send. A relative path is one from the folder of the script that names it.</summary>
public static class Data
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNameCaseInsensitive = true,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Bytes that do not compress, the same on each run.</summary>
    /// <param name="sizeInBytes">How many; 0 or more.</param>
    /// <returns>A new array.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sizeInBytes"/> is negative.</exception>
    public static byte[] GenerateRandomBytes(int sizeInBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeInBytes);
        byte[] bytes = new byte[sizeInBytes];
        new SeededRandom(seed: 1).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Reads a CSV file with a header (RFC 4180: commas, quotes, UTF-8).</summary>
    /// <param name="path">The file.</param>
    /// <param name="script">Filled in by the compiler: the file that calls.</param>
    /// <returns>Its rows.</returns>
    /// <exception cref="FormatException">It is no such CSV; the message begins with file, line and column.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<CsvRow> Csv(string path, [CallerFilePath] string script = "") =>
        CsvTable.Parse<CsvRow>(path, Read(path, script), static columns => new RowMaker(columns).Make);

    /// <summary>
    /// Reads a CSV file with a header into objects: each parameter of the type's constructor (of a record, say), or else each property that can be
    /// set, takes the column of its name, whatever its case. Further columns are passed over; an empty field is null where that is allowed.
    /// </summary>
    /// <typeparam name="T">A type with a public constructor (the one with most parameters counts) or properties that can be set, of strings, enums, and types that parse themselves, such as numbers.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="script">Filled in by the compiler: the file that calls.</param>
    /// <returns>An object per row.</returns>
    /// <exception cref="FormatException">It is no such CSV, a column is missing or a field is not of its type; the message begins with file, line and column.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> has a member that no field can become.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<T> Csv<T>(string path, [CallerFilePath] string script = "") =>
        CsvTable.Parse<T>(path, Read(path, script), static columns => new CsvBinder<T>(columns).Make);

    /// <summary>Reads a JSON file that holds an array; names match whatever their case, comments and trailing commas are allowed.</summary>
    /// <typeparam name="T">The type of its elements.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="script">Filled in by the compiler: the file that calls.</param>
    /// <returns>Its elements.</returns>
    /// <exception cref="FormatException">It is no such JSON; the message begins with file, line and column (in bytes).</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<T> Json<T>(string path, [CallerFilePath] string script = "") => ParseJson<T>(path, Read(path, script));

    internal static IReadOnlyList<T> ParseJson<T>(string path, string text)
    {
        try
        {
            return JsonSerializer.Deserialize<List<T>>(text, JsonOptions) ?? throw new FormatException($"{path}(1,1): an array is needed, not null");
        }
        catch (JsonException error)
        {
            // The serializer's own words end with the place, counted from 0.
            string what = error.Message.Split([" Path: ", " LineNumber: "], StringSplitOptions.None)[0];
            string where = error.Path is { Length: > 1 } inside ? $"{inside}: " : "";
            throw new FormatException($"{path}({error.LineNumber + 1},{error.BytePositionInLine + 1}): {where}{what}", error);
        }
    }

    /// <summary>Where the script was compiled from is where it lies; a program that was compiled elsewhere reads from where it is started.</summary>
    internal static string Resolve(string path, string script)
    {
        string? folder = Path.GetDirectoryName(script);
        return folder is { Length: > 0 } && Directory.Exists(folder) ? Path.Combine(folder, path) : path;
    }

    private static string Read(string path, string script) => File.ReadAllText(Resolve(path, script));

    private sealed class RowMaker(IReadOnlyList<string> columns)
    {
        private readonly Dictionary<string, int> _columns = columns.Select((name, index) => (name, index))
            .ToDictionary(column => column.name, column => column.index, StringComparer.OrdinalIgnoreCase);

        internal CsvRow Make(IReadOnlyList<CsvField> fields) => new(_columns, [.. fields.Select(field => field.Text)]);
    }
}
