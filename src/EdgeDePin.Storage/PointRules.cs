using System.Collections.Immutable;

namespace EdgeDePin.Storage;

/// <summary>
/// What a line of line protocol can carry and bring back (shared grammar of InfluxDB 1.x to 3.x, strict form). There is no
/// escape for the backslash outside strings, so a name that ends in one would swallow its separator.
/// </summary>
internal static class PointRules
{
    /// <summary>What is wrong with the point, in one line; null when nothing is.</summary>
    public static string? Violation(Point point) =>
        NameViolation(point.Measurement, "measurement")
        ?? (point.Measurement[0] == '#' ? $"Measurement '{point.Measurement}' starts with '#', which makes a comment of the line." : null)
        ?? TagViolation(point.Tags)
        ?? FieldViolation(point.Fields);

    private static string? TagViolation(ImmutableArray<Tag> tags)
    {
        for (int at = 0; at < tags.Length; at++)
        {
            Tag tag = tags[at];
            if ((NameViolation(tag.Key, "tag key") ?? ValueViolation(tag)) is { } violation)
            {
                return violation;
            }

            if (at > 0 && tags[at - 1].Key == tag.Key)
            {
                return $"Tag '{tag.Key}' stands twice in one point.";
            }
        }

        return null;
    }

    private static string? FieldViolation(ImmutableArray<Field> fields)
    {
        if (fields.IsEmpty)
        {
            return "A point needs at least one field.";
        }

        foreach (Field field in fields)
        {
            if (NameViolation(field.Key, "field key") is { } violation)
            {
                return violation;
            }

            if (field.Value.Kind == FieldKind.String && HasHalfSurrogate(field.Value.AsString))
            {
                return $"Field '{field.Key}' holds text that is no valid Unicode.";
            }
        }

        return null;
    }

    private static string? NameViolation(string name, string what) =>
        string.IsNullOrEmpty(name) ? $"A {what} is empty."
        : name.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0 || name.Contains('\x7f', StringComparison.Ordinal)
            ? $"The {what} '{name}' holds a control character."
        : name[^1] == '\\' ? $"The {what} '{name}' ends in a backslash, which would escape its separator."
        : HasHalfSurrogate(name) ? $"The {what} '{name}' is no valid Unicode."
        : null;

    private static string? ValueViolation(Tag tag) =>
        string.IsNullOrEmpty(tag.Value) ? $"Tag '{tag.Key}' has an empty value; leave the tag out instead."
        : char.IsControl(tag.Value[0]) || tag.Value.AsSpan().ContainsAny('\r', '\n') || BackslashBeforeControl(tag.Value)
            ? $"The value of tag '{tag.Key}' holds a control character where line protocol has none."
        : tag.Value[^1] == '\\' ? $"The value '{tag.Value}' of tag '{tag.Key}' ends in a backslash, which would escape its separator."
        : HasHalfSurrogate(tag.Value) ? $"The value of tag '{tag.Key}' is no valid Unicode."
        : null;

    private static bool BackslashBeforeControl(string value)
    {
        for (int at = 0; at + 1 < value.Length; at++)
        {
            if (value[at] == '\\' && (value[at + 1] < ' ' || value[at + 1] == '\x7f'))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasHalfSurrogate(string text)
    {
        for (int at = 0; at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at]))
            {
                continue;
            }

            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return true;
            }

            at++;
        }

        return false;
    }
}
