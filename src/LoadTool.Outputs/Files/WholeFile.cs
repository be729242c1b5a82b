namespace LoadTool.Outputs.Files;

/// <summary>Writes a file that readers see whole or not at all.</summary>
internal static class WholeFile
{
    /// <exception cref="IOException">It cannot be written; the file that was there before still is.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    internal static void Write(string path, Action<Stream> write)
    {
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
}
