namespace LoadTool.Analysis.Documents;

/// <summary>What a judgement says, said once for console, Markdown and page. Texts are plain: each form escapes them by itself.</summary>
/// <param name="Title">What was judged.</param>
/// <param name="Verdict">The answer, in one sentence; it comes first.</param>
/// <param name="Tone">How good the answer is.</param>
/// <param name="Parts">What it rests on, in order.</param>
internal sealed record Document(string Title, string Verdict, Tone Tone, IReadOnlyList<DocumentPart> Parts);
