using System.Globalization;

namespace EdgeDePin.Storage;

/// <summary>What is changed of a point that was set aside before it is stored.</summary>
/// <param name="Measurement">Its new measurement; null keeps it.</param>
/// <param name="Renames">New names of fields, by the old ones.</param>
/// <param name="Casts">New types of fields, by their (new) names.</param>
/// <param name="Scales">Factor and addend for numbers, by the (new) names of their fields: another unit.</param>
public sealed record PointRepair(
    string? Measurement, IReadOnlyDictionary<string, string> Renames, IReadOnlyDictionary<string, FieldKind> Casts,
    IReadOnlyDictionary<string, (double Factor, double Addend)> Scales)
{
    /// <exception cref="FormatException">A value is none of the type that it is cast to; the message names field and value.</exception>
    public Point Of(Point point) => new(
        Measurement ?? point.Measurement, point.Tags,
        point.Fields.Select(field => Repaired(new Field(Renames.GetValueOrDefault(field.Key, field.Key), field.Value))), point.Instant);

    private Field Repaired(Field field)
    {
        FieldValue value = Casts.TryGetValue(field.Key, out FieldKind kind) ? Cast(field, kind) : field.Value;
        if (Scales.TryGetValue(field.Key, out (double Factor, double Addend) scale))
        {
            value = FieldValue.Float((AsNumber(field.Key, value) * scale.Factor) + scale.Addend);
        }

        return field with { Value = value };
    }

    private static FieldValue Cast(Field field, FieldKind kind)
    {
        string text = field.Value.Kind == FieldKind.Boolean ? (field.Value.AsBoolean ? "1" : "0") : field.Value.ToString();
        switch (kind)
        {
            case FieldKind.String:
                return FieldValue.String(field.Value.ToString());
            case FieldKind.Float:
                return FieldValue.Float(AsNumber(field.Key, FieldValue.String(text)));
            case FieldKind.Boolean:
                return text is "1" or "true" or "t" ? FieldValue.Boolean(true)
                    : text is "0" or "false" or "f" ? FieldValue.Boolean(false)
                    : throw new FormatException($"field '{field.Key}' is '{text}', which is no boolean");
            default:
                return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? FieldValue.Integer(whole)
                    : AsNumber(field.Key, FieldValue.String(text)) is var number && number == Math.Floor(number) && Math.Abs(number) < long.MaxValue ? FieldValue.Integer((long)number)
                    : throw new FormatException($"field '{field.Key}' is {text}, which is no whole number");
        }
    }

    private static double AsNumber(string key, FieldValue value) =>
        double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number : throw new FormatException($"field '{key}' is '{value}', which is no number");
}
