namespace LoadTool.Outputs.Files;

/// <summary>Writes a file that readers see whole or not at all. A device is written to as it is.</summary>
internal static class WholeFile
{
    /// <exception cref="IOException">It cannot be written; the file that was there before still is.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    internal static void Write(string path, Action<Stream> write)
    {
        if (IsDevice(path))
        {
            using FileStream device = new(path, FileMode.Open, FileAccess.Write);
            write(device);
            return;
        }

        string unfinished = path + ".tmp";
        try
        {
            using (FileStream stream = new(unfinished, FileMode.Create, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            if (File.Exists(unfinished))
                File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>A pipe, a terminal or nothing at all, which a file that is put in its place would replace for everybody.</summary>
    internal static bool IsDevice(string path) =>
        Path.GetFullPath(path) is var full && full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal) && File.Exists(full);
}
