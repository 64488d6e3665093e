using System.Text.Json;

namespace EdgeDePin.Tests.Storage;

/// <summary>Two JSON texts that are the same but for the last digits of numbers.</summary>
internal static class AlmostEqualJson
{
    private const double Tolerance = 1e-9;

    public static bool Are(string left, string right)
    {
        using JsonDocument one = JsonDocument.Parse(left), other = JsonDocument.Parse(right);
        return Are(one.RootElement, other.RootElement);
    }

    private static bool Are(JsonElement left, JsonElement right)
    {
        if (left.ValueKind != right.ValueKind)
        {
            return false;
        }

        switch (left.ValueKind)
        {
            case JsonValueKind.Number:
                (double a, double b) = (left.GetDouble(), right.GetDouble());
                return Math.Abs(a - b) <= Tolerance * Math.Max(1, Math.Max(Math.Abs(a), Math.Abs(b)));
            case JsonValueKind.Array:
                return left.GetArrayLength() == right.GetArrayLength()
                    && left.EnumerateArray().Zip(right.EnumerateArray()).All(pair => Are(pair.First, pair.Second));
            case JsonValueKind.Object:
                return left.EnumerateObject().Count() == right.EnumerateObject().Count()
                    && left.EnumerateObject().Zip(right.EnumerateObject())
                        .All(pair => pair.First.Name == pair.Second.Name && Are(pair.First.Value, pair.Second.Value));
            default:
                return left.GetRawText() == right.GetRawText();
        }
    }
}
