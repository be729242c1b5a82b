using System.Globalization;
using System.Reflection;

namespace LoadTool;

/// <summary>Makes an object of each row of a CSV: through the constructor with most parameters, or through properties where that has none.</summary>
/// <typeparam name="T">The objects' type.</typeparam>
internal sealed class CsvBinder<T>
{
    private delegate object? Parse(CsvField field);

    private readonly ConstructorInfo _constructor;
    private readonly (int Column, Parse Parse, object? Default)[] _parameters;
    private readonly (PropertyInfo Property, int Column, Parse Parse)[] _properties = [];

    /// <exception cref="CsvException">A column is missing.</exception>
    /// <exception cref="NotSupportedException">No field can become a member of <typeparamref name="T"/>.</exception>
    internal CsvBinder(IReadOnlyList<string> columns)
    {
        _constructor = typeof(T).GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)
            ?? throw new NotSupportedException($"{typeof(T).Name} has no public constructor.");
        _parameters = [.. _constructor.GetParameters().Select(parameter => (
            Column(columns, parameter.Name!, isOptional: parameter.HasDefaultValue),
            ParserOf(parameter.ParameterType, parameter.Name!),
            parameter.HasDefaultValue ? parameter.DefaultValue : null))];
        if (_parameters.Length == 0)
        {
            _properties = [.. typeof(T).GetProperties()
                .Where(property => property.SetMethod is { IsPublic: true })
                .Select(property => (property, Column(columns, property.Name, isOptional: false), ParserOf(property.PropertyType, property.Name)))];
        }
    }

    internal T Make(IReadOnlyList<CsvField> fields)
    {
        object?[] arguments = [.. _parameters.Select(parameter => parameter.Column < 0 ? parameter.Default : parameter.Parse(fields[parameter.Column]))];
        object made = _constructor.Invoke(arguments);
        foreach ((PropertyInfo property, int column, Parse parse) in _properties)
            property.SetValue(made, parse(fields[column]));
        return (T)made;
    }

    /// <returns>Its index, or -1 where it may be missing and is.</returns>
    private static int Column(IReadOnlyList<string> columns, string name, bool isOptional)
    {
        for (int index = 0; index < columns.Count; index++)
        {
            if (columns[index].Equals(name, StringComparison.OrdinalIgnoreCase))
                return index;
        }

        return isOptional ? -1 : throw new CsvException(1, 1, $"there is no column for {typeof(T).Name}.{name}; there are: {string.Join(", ", columns)}");
    }

    private static Parse ParserOf(Type type, string member)
    {
        if (type == typeof(string))
            return static field => field.Text;
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            Parse parse = ParserOf(inner, member);
            return field => field.Text.Length == 0 ? null : parse(field);
        }

        if (type.IsEnum)
            return field => Enum.TryParse(type, field.Text, ignoreCase: true, out object? value) ? value : throw Refused(field, type, member);
        MethodInfo tryParse = type.GetInterfaces().Any(@interface => @interface.IsGenericType && @interface.GetGenericTypeDefinition() == typeof(IParsable<>))
            ? typeof(CsvBinder<T>).GetMethod(nameof(TryParse), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(type)
            : throw new NotSupportedException($"{typeof(T).Name}.{member} is a {type.Name}, which no field of a CSV can become.");
        Func<string, object?> parser = tryParse.CreateDelegate<Func<string, object?>>();
        return field => parser(field.Text) ?? throw Refused(field, type, member);
    }

    private static object? TryParse<TValue>(string text)
        where TValue : IParsable<TValue> => TValue.TryParse(text, CultureInfo.InvariantCulture, out TValue? value) ? value : null;

    private static CsvException Refused(CsvField field, Type type, string member) =>
        new(field.Line, field.Column, $"\"{field.Text}\" is no {type.Name}, which {typeof(T).Name}.{member} is");
}
