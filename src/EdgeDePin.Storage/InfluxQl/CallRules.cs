using System.Collections.Frozen;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>What may stand in a call and beside it; the errors are worded as in InfluxDB 1.6, which clients and people search for.</summary>
internal sealed class CallRules(bool hasBuckets, bool inheritedBuckets, long? limit)
{
    private static readonly FrozenSet<string> OfOthers = FrozenSet.ToFrozenSet(
    [
        "holt_winters", "holt_winters_with_fit", "exponential_moving_average", "double_exponential_moving_average",
        "triple_exponential_moving_average", "relative_strength_index", "triple_exponential_derivative",
        "kaufmans_efficiency_ratio", "kaufmans_adaptive_moving_average", "chande_momentum_oscillator",
    ]);

    public void Check(Expression.Call call)
    {
        switch (call.Function)
        {
            case var _ when Running.Find(call.Function) is not null:
                CheckRunning(call);
                break;
            case "percentile":
                Count(call, 2);
                Require(call.Arguments[1] is Expression.Integer or Expression.Number, "expected float argument in percentile()");
                Symbol(call);
                break;
            case "sample":
                Count(call, 2);
                Require(call.Arguments[1] is Expression.Integer, "expected integer argument in sample()");
                Require(call.Arguments[1] is Expression.Integer { Value: > 0 }, $"sample window must be greater than 1, got {ExpressionText.Of(call.Arguments[1])}");
                Symbol(call);
                break;
            case "distinct":
                CheckDistinct(call);
                break;
            case "top" or "bottom":
                CheckTop(call);
                break;
            case "integral":
                Count(call, 1, 2);
                CheckUnit(call, "second argument must be a duration");
                Symbol(call);
                break;
            case var name when Aggregate.Find(name) is not null:
                Count(call, 1);
                if (name == "count" && call.Inner is { Function: "distinct" } distinct)
                {
                    CheckDistinct(distinct);
                }
                else
                {
                    Symbol(call);
                }

                break;
            default:
                throw OfOthers.Contains(call.Function)
                    ? InfluxQlException.NotSupported($"{call.Function}()")
                    : new InfluxQlException($"undefined function {call.Function}()");
        }
    }

    private void CheckRunning(Expression.Call call)
    {
        string name = call.Function;
        switch (name)
        {
            case "moving_average":
                Require(call.Arguments.Length == 2, $"invalid number of arguments for moving_average, expected 2, got {call.Arguments.Length}");
                Require(call.Arguments[1] is Expression.Integer, $"second argument for moving_average must be an integer, got {ExpressionText.GoType(call.Arguments[1])}");
                Require(call.Arguments[1] is Expression.Integer { Value: > 1 }, $"moving_average window must be greater than 1, got {ExpressionText.Of(call.Arguments[1])}");
                break;
            case "derivative" or "non_negative_derivative" or "elapsed":
                Count(call, 1, 2);
                CheckUnit(call, call.Arguments.Length < 2 ? "" : $"second argument to {name} must be a duration, got {ExpressionText.GoType(call.Arguments[1])}");
                break;
            default:
                Require(call.Arguments.Length == 1, $"invalid number of arguments for {name}, expected 1, got {call.Arguments.Length}");
                break;
        }

        if (call.Inner is { } inner)
        {
            Require(hasBuckets, $"{name} aggregate requires a GROUP BY interval");
            Require(!inner.IsMath, $"{inner.Function}() inside {name}() is not supported by this store");
            Check(inner);
            return;
        }

        Require(!hasBuckets || inheritedBuckets, $"aggregate function required inside the call to {name}");
        Symbol(call);
    }

    private static void CheckDistinct(Expression.Call call)
    {
        Require(call.Arguments.Length != 0, "distinct function requires at least one argument");
        Require(call.Arguments.Length == 1, "distinct function can only have one argument");
        Require(call.Arguments[0] is Expression.Name, "expected field argument in distinct()");
    }

    private void CheckTop(Expression.Call call)
    {
        string name = call.Function;
        Require(call.Arguments.Length >= 2, $"invalid number of arguments for {name}, expected at least 2, got {call.Arguments.Length}");
        string last = ExpressionText.Of(call.Arguments[^1]);
        Require(call.Arguments[^1] is Expression.Integer, $"expected integer as last argument in {name}(), found {last}");
        Require(call.Arguments[^1] is Expression.Integer { Value: > 0 }, $"limit ({last}) in {name} function must be at least 1");
        Require(limit is null || ((Expression.Integer)call.Arguments[^1]).Value <= limit,
            $"limit ({last}) in {name} function can not be larger than the LIMIT ({limit}) in the select statement");
        Require(call.Arguments[0] is Expression.Name, $"expected first argument to be a field in {name}(), found {ExpressionText.Of(call.Arguments[0])}");
        foreach (Expression key in call.Arguments.Skip(1).SkipLast(1))
        {
            Require(key is Expression.Name, $"only fields or tags are allowed in {name}(), found {ExpressionText.Of(key)}");
        }
    }

    private static void CheckUnit(Expression.Call call, string message)
    {
        if (call.Arguments.Length == 2)
        {
            Require(call.Arguments[1] is Expression.Duration, message);
            Require(call.Arguments[1] is Expression.Duration { Nanoseconds: > 0 }, $"duration argument must be positive, got {ExpressionText.Of(call.Arguments[1])}");
        }
    }

    private static void Count(Expression.Call call, int least, int? most = null)
    {
        int count = call.Arguments.Length;
        Require(count >= least && count <= (most ?? least), most is null
            ? $"invalid number of arguments for {call.Function}, expected {least}, got {count}"
            : $"invalid number of arguments for {call.Function}, expected at least {least} but no more than {most}, got {count}");
    }

    private static void Symbol(Expression.Call call) =>
        Require(call.Arguments[0] is Expression.Name or Expression.Wildcard or Expression.Pattern, $"expected field argument in {call.Function}()");

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new InfluxQlException(message);
        }
    }
}
