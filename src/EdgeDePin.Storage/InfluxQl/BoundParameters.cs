using System.Collections.Frozen;
using System.Text.Json;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>The parameter <c>params</c> of a query: values that stand in for <c>$name</c>, never as text of the query.</summary>
internal static class BoundParameters
{
    /// <returns>What is wrong with the JSON; null when nothing is.</returns>
    public static string? Parse(string? json, out IReadOnlyDictionary<string, Expression> parameters)
    {
        parameters = FrozenDictionary<string, Expression>.Empty;
        if (string.IsNullOrEmpty(json))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            var values = new Dictionary<string, Expression>(StringComparer.Ordinal);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (Value(property.Value) is not { } value)
                {
                    return $"error parsing query parameters: {property.Name} is no string, number or boolean";
                }

                values[property.Name] = value;
            }

            parameters = values;
            return null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return $"error parsing query parameters: {error.Message}";
        }
    }

    private static Expression? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => new Expression.Text(value.GetString()!),
        JsonValueKind.Number when value.TryGetInt64(out long integer) => new Expression.Integer(integer),
        JsonValueKind.Number when value.TryGetDouble(out double number) && double.IsFinite(number) => new Expression.Number(number),
        JsonValueKind.True or JsonValueKind.False => new Expression.Boolean(value.GetBoolean()),
        _ => null,
    };
}
