using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace EdgeDePin.Node;

/// <summary>Options from the configuration, checked before the first byte is read.</summary>
public static class OptionsSection
{
    /// <exception cref="OptionsException">A value is outside its range, or a key is unknown. The message names section, key and value.</exception>
    public static T Read<T>(IConfiguration configuration, string section)
        where T : class, new()
    {
        var options = new T();
        try
        {
            configuration.GetSection(section).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException error)
        {
            throw new OptionsException($"Configuration section '{section}': {error.Message} {error.InnerException?.Message}".TrimEnd(), error);
        }

        var complaints = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new ValidationContext(options), complaints, validateAllProperties: true))
        {
            ValidationResult first = complaints[0];
            string key = first.MemberNames.FirstOrDefault() ?? "?";
            throw new OptionsException(
                $"Configuration {section}:{key} = '{configuration[$"{section}:{key}"]}': {first.ErrorMessage}");
        }

        return options;
    }
}

/// <summary>The configuration is wrong. The message is one line for the person who wrote it.</summary>
public sealed class OptionsException(string message, Exception? cause = null) : Exception(message, cause);
