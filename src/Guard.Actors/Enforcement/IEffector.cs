using Guard.Messages.Enforcement;

namespace Guard.Actors.Enforcement;

/// <summary>Carries out effects of one kind, or writes down what it would do. Repeating an effect is harmless.</summary>
public interface IEffector
{
    void Carry(Effect effect);
}
