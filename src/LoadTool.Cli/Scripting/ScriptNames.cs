using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace LoadTool.Cli.Scripting;

/// <summary>Finds what a script names: arguments of parameters marked with <see cref="NamesAttribute"/>, constants with their values, others as computed.</summary>
internal static class ScriptNames
{
    /// <param name="compilation">The script, free of errors.</param>
    /// <param name="libraries">Paths of the assemblies that the script brings along.</param>
    internal static IReadOnlyList<KnownName> Find(CSharpCompilation compilation, IEnumerable<string> libraries)
    {
        List<KnownName> names = [];
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
            {
                if (node is InvocationExpressionSyntax && model.GetOperation(node) is IInvocationOperation call)
                    names.AddRange(call.Arguments.SelectMany(argument => Named(argument.Parameter!, argument.Value, node)));
                else if (node is SimpleNameSyntax name && !IsCalled(name) && model.GetSymbolInfo(name).Symbol is IMethodSymbol method)
                    names.AddRange(method.Parameters.Where(parameter => KindOf(parameter) is not null).Select(parameter => NameAt(KindOf(parameter)!, null, name)));
            }
        }

        names.AddRange(OfLibraries(compilation, libraries));
        return names;
    }

    private static IEnumerable<KnownName> Named(IParameterSymbol parameter, IOperation value, SyntaxNode call) => KindOf(parameter) is { } kind
        ? Parts(value).Select(part => NameAt(kind, part.ConstantValue is { HasValue: true, Value: string text } ? text : null, part.IsImplicit ? PlaceOf(call) : part.Syntax))
        : [];

    /// <summary>A call is where its method's name stands: what is before the dot may be many lines above.</summary>
    private static SyntaxNode PlaceOf(SyntaxNode call) => call is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } ? member.Name : call;

    /// <summary>The arguments of a <c>params</c> parameter, each without the conversion to the parameter's type.</summary>
    private static IEnumerable<IOperation> Parts(IOperation value) => value switch
    {
        IArrayCreationOperation { Initializer: { } elements } => elements.ElementValues.SelectMany(Parts),
        ICollectionExpressionOperation collection => collection.Elements.SelectMany(Parts),
        IConversionOperation { Operand: var operand } conversion when !conversion.ConstantValue.HasValue => Parts(operand),
        _ => [value],
    };

    /// <summary>A method that is handed on may be called with any name.</summary>
    private static bool IsCalled(SimpleNameSyntax name)
    {
        ExpressionSyntax expression = name.Parent is MemberAccessExpressionSyntax member && member.Name == name ? member
            : name.Parent is MemberBindingExpressionSyntax binding ? binding : name;
        return expression.Parent is InvocationExpressionSyntax call && call.Expression == expression;
    }

    private static string? KindOf(IParameterSymbol parameter) => parameter.OriginalDefinition.GetAttributes()
        .FirstOrDefault(attribute => attribute.AttributeClass is { Name: nameof(NamesAttribute), ContainingNamespace.Name: nameof(LoadTool) })?
        .ConstructorArguments[0].Value as string;

    /// <summary>A library that knows the language of scenarios may name anything.</summary>
    private static IEnumerable<KnownName> OfLibraries(CSharpCompilation compilation, IEnumerable<string> libraries)
    {
        HashSet<string> brought = [.. libraries];
        foreach (PortableExecutableReference reference in compilation.References.OfType<PortableExecutableReference>().Where(reference => brought.Contains(reference.FilePath ?? "")))
        {
            if (compilation.GetAssemblyOrModuleSymbol(reference) is not IAssemblySymbol assembly
                || !assembly.Modules.Any(module => module.ReferencedAssemblies.Any(other => other.Name == typeof(Scenario).Assembly.GetName().Name)))
                continue;
            foreach (string kind in (string[])[NamesAttribute.Step, NamesAttribute.Check, NamesAttribute.Tag, NamesAttribute.Counter, NamesAttribute.Gauge, NamesAttribute.Histogram])
                yield return new KnownName(kind, null, reference.FilePath!, 1);
        }
    }

    private static KnownName NameAt(string kind, string? text, SyntaxNode node)
    {
        FileLinePositionSpan place = node.GetLocation().GetLineSpan();
        return new KnownName(kind, text, place.Path, place.StartLinePosition.Line + 1);
    }
}
