using System.Reflection;
using System.Text;

namespace LoadTool.Tests;

/// <summary>What others can call is text in the repository, so that a change to it is seen in review.</summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Assemblies => ["LoadTool", "LoadTool.Sockets", "LoadTool.Metrics", "LoadTool.Outputs"];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void The_public_API_is_the_one_on_file(string assembly)
    {
        string file = Path.Combine(Repository.Root, "tests", "LoadTool.Tests", "PublicApi", assembly + ".txt");
        string actual = Describe(Assembly.Load(assembly));
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(file, actual);
        string expected = File.ReadAllText(file);
        string? difference = FirstDifference(expected, actual);
        Assert.True(difference is null, $"The public API of {assembly} differs from {file}; if that is meant, run the tests with UPDATE_SNAPSHOTS=1.\n{difference}");
    }

    private static string Describe(Assembly assembly)
    {
        StringBuilder text = new();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(Name(type)).Append(Bases(type)).Append('\n');
            foreach (string member in Members(type).Order(StringComparer.Ordinal))
                text.Append("    ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        _ when type.IsSubclassOf(typeof(Delegate)) => "delegate",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string Bases(Type type)
    {
        if (type.IsEnum || type.IsSubclassOf(typeof(Delegate)))
            return "";
        IEnumerable<string> bases = type.GetInterfaces().Where(@interface => @interface.IsPublic).Select(Name).Order(StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
            bases = bases.Prepend(Name(parent));
        return bases.Any() ? " : " + string.Join(", ", bases) : "";
    }

    private static IEnumerable<string> Members(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        if (type.IsEnum)
            return type.GetEnumNames().Select(name => $"{name} = {Convert.ToInt64(type.GetField(name)!.GetRawConstantValue())}");
        if (type.IsSubclassOf(typeof(Delegate)))
            return [Signature(type.GetMethod("Invoke")!)];
        return type.GetFields(Declared).Where(field => IsSeen(field.Attributes & FieldAttributes.FieldAccessMask)).Select(field => $"{(field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}")
            .Concat(type.GetMethods(Declared).Where(method => IsSeen(method) && !IsCompilerMade(method)).Select(Signature))
            .Concat(type.GetConstructors(Declared).Where(IsSeen).Select(constructor => $".ctor({Parameters(constructor)})"));
    }

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsSeen(FieldAttributes access) => access is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;

    /// <summary>What every record has says nothing about this one.</summary>
    private static bool IsCompilerMade(MethodInfo method) =>
        method.Name.Contains('<') || method.Name is "Equals" or "GetHashCode" or "PrintMembers" or "get_EqualityContract" or "op_Equality" or "op_Inequality" or "Deconstruct" || method.Name == "ToString";

    private static string Signature(MethodInfo method)
    {
        string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        string modifiers = (method.IsStatic ? "static " : "") + (method.IsAbstract ? "abstract " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "");
        return $"{modifiers}{Name(method.ReturnType)} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? " = " + (parameter.RawDefaultValue ?? "default") : "")}"));

    private static string Name(Type type)
    {
        if (type.IsGenericParameter)
            return type.Name;
        if (type.IsByRef)
            return "ref " + Name(type.GetElementType()!);
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        string name = type.IsNested ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Namespace is null or "System" ? type.Name : $"{type.Namespace}.{type.Name}";
        int tick = name.IndexOf('`');
        return tick < 0 ? name : $"{name[..tick]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }

    private static string? FirstDifference(string expected, string actual)
    {
        string[] before = expected.Split('\n');
        string[] after = actual.Split('\n');
        for (int line = 0; line < Math.Max(before.Length, after.Length); line++)
        {
            (string? was, string? @is) = (before.ElementAtOrDefault(line), after.ElementAtOrDefault(line));
            if (was != @is)
                return $"line {line + 1}: on file \"{was ?? "(end)"}\", now \"{@is ?? "(end)"}\"";
        }

        return null;
    }
}
